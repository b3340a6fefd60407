#!/usr/bin/env bash
# The stacks of deploy/cdk: synthesised, tested, and held against the templates in deploy/cfn.
#
#   tests/tools/cdk.sh          everything: `make test` calls it
#   tests/tools/cdk.sh synth    writes deploy/cfn anew: `make synth`
#
# Needs Node 20 or later with npm; where there is none, one is fetched into .tools/. The network is needed once, to install
# what package-lock.json names; after that nothing here leaves the machine.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

node_is_there() {
  command -v npm >/dev/null && node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null
}

node_or_fetch() {
  node_is_there && return
  tests/tools/fetch.sh node
  PATH=$tools/bin:$PATH
  node_is_there || die "needs Node 20 or later with npm, and the one fetched into $tools does not run: install nodejs"
}

# Installed once for each state of the lock.
install() {
  local lock
  lock=$(cksum <package-lock.json)
  [ "$(cat node_modules/.installed 2>/dev/null)" = "$lock" ] && return
  npm ci --no-audit --no-fund || die "npm could not install what deploy/cdk/package-lock.json names: its registry must be reachable once"
  printf '%s\n' "$lock" >node_modules/.installed
}

lint_templates() {
  "$root/tests/tools/fetch.sh" cfn-lint
  "$tools/bin/cfn-lint" "$root"/deploy/cfn/*.template.json
}

case "${1:-all}" in
  all | synth) ;;
  *) die "usage: cdk.sh [synth]" ;;
esac
step node node_or_fetch
cd deploy/cdk
step 'npm packages' install
if [ "${1:-all}" = synth ]; then
  npm run --silent templates
else
  step 'stacks' npm test --silent
  step 'templates' lint_templates
fi
