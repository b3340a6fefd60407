#!/usr/bin/env bash
# Builds the image `throughline:VERSION-COMMIT` (and `throughline:latest`): a static program and certificate authorities.
#
#   deploy/scripts/build.sh [--profile dist|release] [--program FILE] [--limit MB] [--dry-run]
#
#   --profile  how the program is built: dist is what is shipped; release builds faster
#   --program  a static program that was built before, instead of building one
#   --limit    fail where the image holds more [default: 60]
#   --dry-run  show every command, run none
#
# Needs Rust and a C compiler on Linux x86_64 with glibc 2.34 or later, and docker, podman or buildah (CONTAINER_TOOL
# chooses). The authorities are this machine's; CA_BUNDLE names another file of them.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

target=x86_64-unknown-linux-gnu
limit=60
profile=dist
program=''

while [ $# -gt 0 ]; do
  case $1 in
    --profile | --program | --limit)
      [ -n "${2:-}" ] || die "$1 needs a value"
      case $1 in
        --profile) profile=$2 ;;
        --program) program=$2 ;;
        --limit) limit=$2 ;;
      esac
      shift 2
      ;;
    -h | --help | --dry-run)
      common "$1" || true
      shift
      ;;
    *) die "unknown option $1; --help lists them" ;;
  esac
done
case $profile in dist | release) ;; *) die "profile '$profile': dist or release" ;; esac
[[ $limit =~ ^[0-9]+$ ]] || die "--limit '$limit' is no number of megabytes"

# With --target the flag reaches the program alone; without it the compiler's own plug-ins would not load.
compiled() {
  need cargo
  run env RUSTFLAGS='-C target-feature=+crt-static' cargo build --manifest-path "$root/Cargo.toml" --locked \
    --profile "$profile" --target "$target" --package throughline
  program=${CARGO_TARGET_DIR:-$root/target}/$target/$profile/throughline
}

static() {
  [ -z "$dry" ] || return 0
  [ -x "$program" ] || die "$program is no program"
  if ldd "$program" 2>/dev/null | grep -q '=>'; then die "$program is not static, and the image has no libraries"; fi
}

authorities() {
  local file
  for file in "${CA_BUNDLE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    if [ -n "$file" ] && [ -s "$file" ]; then
      printf '%s\n' "$file"
      return
    fi
  done
  die "no certificate authorities here: install ca-certificates, or name a file in CA_BUNDLE"
}

# A context of its own keeps a checkout's gigabytes of build results out of the builder's way.
gathered() {
  run mkdir -p "$context"
  run install -m 0755 "$program" "$context/throughline"
  run install -m 0644 "$bundle" "$context/ca-certificates.crt"
  run install -m 0644 "$root/LICENSE" "$context/LICENSE"
}

image() {
  local names=(--tag "throughline:$(tag)" --tag throughline:latest)
  local options=(--file "$root/deploy/image/Dockerfile" --build-arg "VERSION=$(version)" --build-arg "REVISION=$(revision)")
  case $tool in
    # Nothing runs while this image is built, so nothing needs to be isolated. SageMaker has refused the newer formats.
    buildah | podman) run "$tool" build --isolation chroot --format docker "${options[@]}" "${names[@]}" "$context" ;;
    *) run env BUILDX_NO_DEFAULT_ATTESTATIONS=1 "$tool" build "${options[@]}" "${names[@]}" "$context" ;;
  esac
}

measured() {
  [ -z "$dry" ] || return 0
  local bytes
  bytes=$(cat "$context"/* | wc -c)
  say "throughline:$(tag) holds $((bytes / 100000 / 10)).$((bytes / 100000 % 10)) MB"
  [ "$bytes" -lt $((limit * 1000000)) ] || die "the image is larger than $limit MB"
}

tool=$(container_tool)
bundle=$(authorities)
[ -n "$program" ] || compiled
static
if [ -n "$dry" ]; then
  context='<folder>'
else
  context=$(mktemp -d)
  trap 'rm -rf "$context"' EXIT
fi
gathered
image >&2
measured
tag
