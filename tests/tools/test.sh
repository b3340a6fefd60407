#!/usr/bin/env bash
# Everything: `make test`. Fetches what it needs, lints, builds, and runs every test on SQLite and on a real Postgres:
# one throw-away server for the run, or the one that THROUGHLINE_TEST_POSTGRES names.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

stop_postgres() {
  tests/tools/postgres.sh stop "$server"
  if [ -n "${older:-}" ]; then THROUGHLINE_POSTGRES_BUILD=postgres-16 tests/tools/postgres.sh stop "$older"; fi
}

start_postgres() {
  server=$(mktemp -d "${TMPDIR:-/tmp}/throughline-postgres.XXXXXX")
  trap stop_postgres EXIT
  THROUGHLINE_TEST_POSTGRES=$(tests/tools/postgres.sh start "$server" $$ | tail -n 1)
  export THROUGHLINE_TEST_POSTGRES
}

# The stores on an older version, too.
older_postgres() {
  local url
  older=$(mktemp -d "${TMPDIR:-/tmp}/throughline-postgres-16.XXXXXX")
  url=$(THROUGHLINE_POSTGRES_BUILD=postgres-16 tests/tools/postgres.sh start "$older" $$ | tail -n 1)
  env THROUGHLINE_TEST_POSTGRES="$url" cargo test --locked --workspace --test conformance -- --skip sqlite
}

step tools tests/tools/fetch.sh grpcurl model moto postgres python rotel
tests/tools/lint.sh
tests/tools/cdk.sh
# With --all-targets the features are those of the tests, so that nothing is compiled a second time for them.
step build cargo build --locked --workspace --all-targets
if [ -z "${THROUGHLINE_TEST_POSTGRES:-}" ]; then step postgres start_postgres; fi
step tests cargo test --locked --workspace --no-fail-fast
# Whoever names a server has chosen the version.
if [ -n "${server:-}" ]; then step 'tests on postgres 16' older_postgres; fi
tests/tools/image.sh
printf '\nmake test: all passed in %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60)) >&2
