#!/usr/bin/env bash
# Everything that reads the code and runs none of it: `make lint`, and the first half of `make test`. Cheap checks come first.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

step tools tests/tools/fetch.sh buf cargo-deny shellcheck
step scripts "$tools/bin/shellcheck" --external-sources .ci/run tests/tools/*.sh deploy/scripts/*.sh
step 'deploy scripts' tests/tools/scripts.sh
step format cargo fmt --all --check
step 'proto lint' "$tools/bin/buf" lint
step 'proto format' "$tools/bin/buf" format --diff --exit-code
step dependencies "$tools/bin/cargo-deny" --locked check --hide-inclusion-graph bans licenses sources
step clippy cargo clippy --locked --workspace --all-targets -- -D warnings
step documentation env RUSTDOCFLAGS='-D warnings' cargo doc --locked --workspace --no-deps
