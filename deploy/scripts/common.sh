# shellcheck shell=bash
# Sourced by the scripts beside it: how they speak, how they run commands, and what things are called in the account.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
dry=''
region=''
yes=''
environment=''

say() { printf '%s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# The head of a script, up to the first line that is no comment, is its help.
help() {
  awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"
  exit 0
}

# A command as one could type it.
shown() {
  local word text='' plain='^[A-Za-z0-9_@%+=:,./<>-]+$'
  for word in "$@"; do
    if [[ $word =~ $plain ]]; then text+=" $word"; else text+=" '${word//\'/\'\\\'\'}'"; fi
  done
  printf '+%s\n' "$text" >&2
}

# run COMMAND...: shows a command and runs it; with --dry-run it shows it only.
run() {
  shown "$@"
  [ -n "$dry" ] || "$@"
}

# ask WHAT COMMAND...: the output of a command that only reads; with --dry-run nobody is asked and the answer is <WHAT>.
ask() {
  local what=$1
  shift
  shown "$@"
  if [ -n "$dry" ]; then printf '<%s>\n' "$what"; else "$@"; fi
}

need() {
  [ -z "$dry" ] || return 0
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || die "$program is not installed, and this cannot do without it"
  done
}

# common OPTION VALUE: reads one of the options that all have; answers how many words it took.
common() {
  case $1 in
    -h | --help) help ;;
    --dry-run) dry=1 ;;
    --yes) yes=1 ;;
    --region)
      [ -n "${2:-}" ] || die "--region needs a region, such as eu-central-1"
      region=$2
      export AWS_REGION=$region AWS_DEFAULT_REGION=$region
      return 2
      ;;
    -*) die "unknown option $1; --help lists them" ;;
    *)
      [ -z "$environment" ] || die "one environment at a time: $environment or $1"
      environment=$1
      ;;
  esac
  return 1
}

# Checks the environment and names what is in the account.
named() {
  case $environment in
    dev | staging | prod) ;;
    '') die "which environment: dev, staging or prod?" ;;
    *) die "unknown environment '$environment': dev, staging or prod" ;;
  esac
  # shellcheck disable=SC2034 # for the scripts that source this
  stack=throughline-$environment foundation=throughline-$environment-foundation
}

# What people use is changed only on purpose.
confirmed() {
  [ "$environment" = prod ] && [ -z "$yes" ] && [ -z "$dry" ] || return 0
  [ -t 0 ] || die "this changes prod: say --yes"
  local answer
  read -r -p "This changes prod. Type prod to go on: " answer
  [ "$answer" = prod ] || die "nothing was changed"
}

# output STACK NAME: an output of a stack.
output() {
  local value
  value=$(ask "$2" aws cloudformation describe-stacks --stack-name "$1" \
    --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue | [0]" --output text) ||
    die "stack $1 cannot be read; is it deployed, and are account and region right?"
  case $value in '' | None) die "stack $1 has no output $2; deploy it first" ;; esac
  printf '%s\n' "$value"
}

version() { awk -F '"' '/^version = / { print $2; exit }' "$root/Cargo.toml"; }

# The commit, with a mark where the checkout holds what no commit does.
revision() {
  local commit
  commit=$(git -C "$root" rev-parse --short=12 HEAD 2>/dev/null) || commit=unknown
  if [ -n "$(git -C "$root" status --porcelain 2>/dev/null)" ]; then commit+=-changed; fi
  printf '%s\n' "$commit"
}

tag() { printf '%s-%s\n' "$(version)" "$(revision)"; }

is_digest() { [[ $1 =~ ^sha256:[0-9a-f]{64}$ ]]; }

# The program that builds and pushes images: CONTAINER_TOOL, or the first one that works.
container_tool() {
  if [ -n "${CONTAINER_TOOL:-}" ]; then
    printf '%s\n' "$CONTAINER_TOOL"
  elif command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    echo docker
  elif command -v podman >/dev/null; then
    echo podman
  elif command -v buildah >/dev/null; then
    echo buildah
  else
    die "neither docker (with a running daemon), podman nor buildah is here"
  fi
}
