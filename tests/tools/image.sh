#!/usr/bin/env bash
# Builds the image and runs it as a platform would: `tests/tools/image.sh`, also a part of `make test`.
#
# The program in it is the one of the tests, linked once more without libraries: it is not optimised, and a build of what
# is shipped would take as long as all the tests. IMAGE_PROGRAM names another, which then has to fit into 60 MB, such as
# target/x86_64-unknown-linux-gnu/dist/throughline after `make image`. Needs Linux, root, and buildah, podman, runc,
# skopeo, curl, openssl and nsenter; says so where one is missing.
set -euo pipefail
# shellcheck source=tests/tools/env.sh
. "$(dirname "$0")/env.sh"
cd "$root"

missing=()
for program in buildah podman runc skopeo curl openssl nsenter python3; do
  command -v "$program" >/dev/null || missing+=("$program")
done
if [ "$(id -u)" != 0 ]; then missing+=("the rights of root"); fi
if [ ${#missing[@]} -gt 0 ]; then
  printf 'image: NOT TESTED, since this machine lacks: %s\n' "${missing[*]}" >&2
  exit 0
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/throughline-image.XXXXXX")
container=throughline-test-$$
finish() {
  podman rm --force --ignore --time 0 "$container" >/dev/null 2>&1 || true
  [ -z "${model:-}" ] || kill "$model" 2>/dev/null || true
  umount "$folder/store/overlay" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

# Images and containers of its own; limits and a runtime that work inside of a container, too.
printf '[storage]\ndriver = "overlay"\ngraphroot = "%s/store"\nrunroot = "%s/run"\n' "$folder" "$folder" >"$folder/storage.conf"
cat >"$folder/containers.conf" <<'CONF'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
CONF
export CONTAINERS_CONF=$folder/containers.conf CONTAINERS_STORAGE_CONF=$folder/storage.conf

fail() {
  podman logs "$container" 2>&1 | tail -n 40 >&2 || true
  die "$*"
}

linked() {
  cargo rustc --locked --package throughline --bin throughline -- -C target-feature=+crt-static
  strip -o "$folder/throughline" "${CARGO_TARGET_DIR:-target}/debug/throughline"
}

built() {
  CONTAINER_TOOL=buildah deploy/scripts/build.sh --program "$program" --limit "$limit" >"$folder/built"
}

labelled() {
  skopeo inspect --raw "containers-storage:localhost/throughline:latest" | grep -q application/vnd.docker.distribution.manifest.v2
  skopeo inspect --config "containers-storage:localhost/throughline:latest" >"$folder/config.json"
  python3 - "$folder/config.json" <<'PYTHON'
import json, sys
config = json.load(open(sys.argv[1]))["config"]
labels = config["Labels"]
assert config["Entrypoint"] == ["/throughline"] and config["Cmd"] == ["serve"], config
assert "User" not in config, config
assert labels["com.amazonaws.sagemaker.capabilities.accept-bind-to-port"] == "true", labels
for key in ["title", "description", "licenses", "version", "revision"]:
    assert labels["org.opencontainers.image." + key] not in ("", "unknown"), labels
PYTHON
}

# begun OPTION...: starts the container; nothing in it can be written to but what the options say.
begun() {
  podman rm --force --ignore --time 0 "$container" >/dev/null 2>&1
  podman run --detach --name "$container" --read-only --cap-drop all --memory 512m "$@" localhost/throughline:latest serve >/dev/null
  process=$(podman inspect --format '{{.State.Pid}}' "$container")
}

# inside COMMAND...: runs a command of this machine in the container's network.
inside() { nsenter --net="/proc/$process/ns/net" "$@"; }

ready() {
  local code try
  for try in $(seq 1 150); do
    code=$(inside curl --silent --output /dev/null --write-out '%{http_code}' "$1/ping") || true
    [ "$code" != 200 ] || return 0
    [ -d "/proc/$process" ] || fail "the container ended at try $try"
    sleep 0.2
  done
  fail "/ping answers $code and not 200"
}

# Every process of a container ends with the first one.
ended() {
  podman stop --time 30 "$container" >/dev/null
  local code
  code=$(podman inspect --format '{{.State.ExitCode}}' "$container")
  [ "$code" = 0 ] || fail "after SIGTERM it ended with $code"
}

certified() {
  local days=(-days 2)
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=authority -keyout "$folder/ca.key" \
    -out "$folder/ca.pem" "${days[@]}" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=model.test -keyout "$folder/key.pem" \
    -out "$folder/request.pem" 2>/dev/null
  openssl x509 -req -in "$folder/request.pem" -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial \
    -extfile <(printf 'subjectAltName=DNS:model.test') -out "$folder/cert.pem" "${days[@]}" 2>/dev/null
  printf 'nameserver 127.0.0.1\n' >"$folder/resolv.conf"
}

# Nobody but ourselves in its network: a name server, and a model over TLS that takes five seconds to answer. A hundred jobs
# wait for it at once, as a user without any rights, on the embedded store in memory.
crowded() {
  certified
# The model of this test only writes, so nothing embeds.
  begun --network none --user 65532:65532 --tmpfs /state:rw,mode=1777 --env DATABASE_URL=sqlite:/state \
    --volume "$folder/ca.pem:/etc/ssl/certs/ca-certificates.crt:ro" --volume "$folder/resolv.conf:/etc/resolv.conf:ro" \
    --env THROUGHLINE_GATEWAY__AUTH=platform --env THROUGHLINE_DATABASE__EPHEMERAL=accepted --env SAGEMAKER_BIND_TO_PORT=9080 \
    --env THROUGHLINE_OUTBOUND__ALLOW=127.0.0.1 --env THROUGHLINE_JOBS__WORKERS=100 \
    --env OPENAI_API_KEY=sk-test --env OPENAI_BASE_URL=https://model.test:8443/v1 --env THROUGHLINE_RETRIEVAL__EMBEDDER=none
  nsenter --net="/proc/$process/ns/net" python3 tests/tools/model.py "$folder" 8443 5 </dev/null >"$folder/model.log" 2>&1 &
  model=$!
  ready http://127.0.0.1:9080
  inside "$program" load --target http://127.0.0.1:9080 --jobs 200 --parallel 100 >&2 || fail 'jobs went wrong'
  local most peak
  most=$(inside curl --silent --insecure https://127.0.0.1:8443/most | tr -dc 0-9)
  peak=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$process/status")
  printf 'image: calls of the model at once %s, resident at most %d MB\n' "$most" "$peak" >&2
  [ "$most" -ge 90 ] || fail "fewer than 90 jobs were in flight"
  [ "$peak" -lt 128 ] || fail "it took $peak MB"
  ended
}

# As root, on Postgres, with nothing at all to write to.
durable() {
  local port
  port=$(python3 -c 'import socket; one = socket.socket(); one.bind(("127.0.0.1", 0)); print(one.getsockname()[1])')
  begun --network host --env DATABASE_URL="$THROUGHLINE_TEST_POSTGRES" --env WEBHOOK_SECRET=whsec_dGhyb3VnaGxpbmUtdGVzdC1zZWNyZXQ= \
    --env THROUGHLINE_GATEWAY__LISTEN="127.0.0.1:$port" --env THROUGHLINE_GRPC__LISTEN=127.0.0.1:0
  ready "http://127.0.0.1:$port"
  inside "$program" load --target "http://127.0.0.1:$port" --jobs 20 >&2 || fail 'jobs went wrong'
  ended
}

program=${IMAGE_PROGRAM:-}
limit=60
if [ -z "$program" ]; then
  limit=120
  step 'image: program' linked
  program=$folder/throughline
fi
step 'image: build' built
step 'image: labels' labelled
step 'image: a hundred jobs, no rights, no network' crowded
if [ -n "${THROUGHLINE_TEST_POSTGRES:-}" ]; then
  step 'image: root, Postgres, nothing to write to' durable
else
  printf 'image: on Postgres NOT TESTED, since THROUGHLINE_TEST_POSTGRES names none\n' >&2
fi
