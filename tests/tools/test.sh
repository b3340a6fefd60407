#!/usr/bin/env bash
# Everything: `make test`. Fetches what it needs, lints, builds, and runs every test on SQLite and on a real Postgres:
# one throw-away server for the run, or the one that THROUGHLINE_TEST_POSTGRES names.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

start_postgres() {
  server=$(mktemp -d "${TMPDIR:-/tmp}/throughline-postgres.XXXXXX")
  trap 'tests/tools/postgres.sh stop "$server"' EXIT
  THROUGHLINE_TEST_POSTGRES=$(tests/tools/postgres.sh start "$server" $$ | tail -n 1)
  export THROUGHLINE_TEST_POSTGRES
}

step tools tests/tools/fetch.sh grpcurl moto postgres python rotel
tests/tools/lint.sh
tests/tools/cdk.sh
# With --all-targets the features are those of the tests, so that nothing is compiled a second time for them.
step build cargo build --locked --workspace --all-targets
if [ -z "${THROUGHLINE_TEST_POSTGRES:-}" ]; then step postgres start_postgres; fi
step tests cargo test --locked --workspace --no-fail-fast
tests/tools/image.sh
printf '\nmake test: all passed in %d min %d s\n' $((SECONDS / 60)) $((SECONDS % 60)) >&2
