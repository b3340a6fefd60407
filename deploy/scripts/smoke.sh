#!/usr/bin/env bash
# Sends one job through an endpoint, waits for its end, and fails unless it succeeded.
#
#   deploy/scripts/smoke.sh dev|staging|prod [options]
#   deploy/scripts/smoke.sh --url http://127.0.0.1:8080 [options]
#
#   --url URL         a gateway instead of an endpoint; BASIC_AUTH_USER and BASIC_AUTH_PASS are sent where they are set
#   --input FILE      the job [default: flows/proposal/sample.json]
#   --callback URL    a webhook to tell as well; it must acknowledge
#   --container NAME  the container of an endpoint in mode direct: gateway
#   --within SECONDS  how long to wait for the end [default: 180]
#   --region REGION   the AWS region [default: as for the aws command]
#   --dry-run         show every command, run none
#
# Needs python3, and the aws command with credentials, or curl for a URL.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

url='' input=$root/flows/proposal/sample.json callback='' container='' within=180
while [ $# -gt 0 ]; do
  case $1 in
    --url | --input | --callback | --container | --within)
      [ -n "${2:-}" ] || die "$1 needs a value"
      case $1 in
        --url) url=${2%/} ;;
        --input) input=$2 ;;
        --callback) callback=$2 ;;
        --container) container=$2 ;;
        --within) within=$2 ;;
      esac
      shift 2
      ;;
    *) common "$@" || shift $? ;;
  esac
done
[[ $within =~ ^[0-9]+$ ]] || die "--within '$within' is no number of seconds"
if [ -z "$url" ]; then named; fi
need python3
if [ -n "$url" ]; then need curl; else need aws; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# invoke BODY: posts a file and leaves the answer in $folder/answer; an endpoint says why it failed by itself.
invoke() {
  if [ -n "$url" ]; then
    local basic=()
    if [ -n "${BASIC_AUTH_USER:-}" ]; then
      # Not as an argument, where every user of this machine could read it; curl's file has its own escapes.
      local pair=$BASIC_AUTH_USER:${BASIC_AUTH_PASS:-}
      pair=${pair//\\/\\\\}
      printf 'user = "%s"\n' "${pair//\"/\\\"}" >"$folder/curl"
      basic=(--config "$folder/curl")
    fi
    run curl --silent --show-error --fail-with-body --max-time 60 ${basic[@]+"${basic[@]}"} \
      --header 'Content-Type: application/json' --data-binary "@$1" --output "$folder/answer" "$url/invocations"
    return
  fi
  run aws sagemaker-runtime invoke-endpoint --endpoint-name "$stack" --content-type application/json \
    --body "fileb://$1" ${container:+--target-container-hostname "$container"} "$folder/answer" >/dev/null
}

# told PYTHON: a value out of the answer.
told() {
  python3 -c "import json, sys; answer = json.load(open(sys.argv[1])); print($1)" "$folder/answer"
}

python3 - "$input" "$callback" >"$folder/job" <<'PYTHON' || die "$input is no JSON object"
import json, sys
row = json.load(open(sys.argv[1]))
body = row if "input" in row or "flow" in row else {"input": row}
if sys.argv[2]:
    body["callback"] = {"url": sys.argv[2]}
json.dump(body, sys.stdout)
PYTHON

began=$(date +%s)
invoke "$folder/job" || die "the job was not accepted: $(cat "$folder/answer" 2>/dev/null)"
if [ -n "$dry" ]; then
  printf '{"op":"status","job_id":"..."}\n' >"$folder/question"
  invoke "$folder/question"
  exit 0
fi
job=$(told 'answer["job_id"]') || die "the answer names no job: $(cat "$folder/answer")"
say "accepted $job, trace $(told 'answer.get("trace_id")')"
printf '{"op":"status","job_id":"%s"}' "$job" >"$folder/question"

# The end is what the answer says of the job, and of its delivery where a webhook was named.
ended() {
  told '"over" if answer["status"] in ("succeeded", "failed", "cancelled", "expired") and
    not any(one["status"] == "pending" for one in answer.get("deliveries") or []) else "running"'
}

deadline=$((SECONDS + within))
until [ "$(invoke "$folder/question" 2>"$folder/error" && ended 2>>"$folder/error")" = over ]; do
  [ "$SECONDS" -lt "$deadline" ] ||
    die "$job has no end within $within s; last seen: $(told 'answer.get("status"), answer.get("deliveries")' 2>&1) $(cat "$folder/error")"
  sleep 1
done
status=$(told 'answer["status"]')
[ "$status" = succeeded ] || die "$job is $status: $(told 'answer.get("error")')"
delivered=$(told '" ".join(one["status"] for one in answer.get("deliveries") or [])')
case " $delivered " in
  *' dead '*) die "$job succeeded, and its webhook was not reached: see its deliveries" ;;
  '  ') [ -z "$callback" ] || die "$job succeeded, and nobody was told" ;;
esac
degraded=$(told '", ".join(answer.get("degraded") or []) or "nothing"')
say "$job succeeded after $(($(date +%s) - began)) s; webhook: ${delivered:-none}; degraded: $degraded"
printf '%s\n' "$job"
