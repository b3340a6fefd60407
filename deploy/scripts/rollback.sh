#!/usr/bin/env bash
# Goes back to the image that an environment ran before, or to one that is named.
#
#   deploy/scripts/rollback.sh dev|staging|prod [--digest sha256:...] [options of deploy.sh]
#
#   --digest DIGEST  the image to go back to [default: the last one deployed before the one that runs]
#   --mode MODE      as the endpoint was deployed: direct where each role has a container [default: single]
#   --dry-run        show every command, run none
#
# Finds the image by the tags that deploy.sh leaves in the repository, and deploys it. The platform starts it beside the
# one that runs, and moves over once it answers. Jobs are rows: those that run go on under the old image. Migrations are
# not taken back, and an image refuses a database that a later one has migrated: then the endpoint stays as it is, and the
# way back is a backup of the database, or forward.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

digest='' passed=()
while [ $# -gt 0 ]; do
  case $1 in
    --digest | --mode | --alarms | --with)
      [ -n "${2:-}" ] || die "$1 needs a value"
      if [ "$1" = --digest ]; then digest=$2; else passed+=("$1" "$2"); fi
      shift 2
      ;;
    --foundation) die "--foundation runs no image: there is nothing to go back to" ;;
    *)
      taken=0
      common "$@" || taken=$?
      case $1 in -*) passed+=("${@:1:taken}") ;; esac
      shift "$taken"
      ;;
  esac
done
named
confirmed
need aws

running() {
  ask "RunningDigest" aws sagemaker describe-endpoint --endpoint-name "$stack" \
    --query 'ProductionVariants[0].DeployedImages[0].SpecifiedImage' --output text
}

# Digest and tags of what was deployed, the last first.
deployed() {
  # shellcheck disable=SC2016 # backticks are a part of the query
  ask "PreviousDigest" aws ecr describe-images --repository-name "$stack" --filter tagStatus=TAGGED \
    --query 'imageDetails[].[imageDigest, join(`,`, imageTags)]' --output text |
    awk -v dry="$dry" 'dry { print "deployed-0 " $1; next }
      { count = split($2, tags, ","); for (i = 1; i <= count; i++) if (tags[i] ~ /^deployed-/) print tags[i], $1 }' |
    sort -r | awk '{ print $2 }'
}

if [ -z "$digest" ]; then
  now=$(running) || die "endpoint $stack cannot be read"
  digest=$(deployed | awk -v now="${now##*@}" '!seen && $1 == now { seen = 1; next } $1 != now { print; exit }')
  [ -n "$digest" ] || die "nothing was deployed to $environment before what runs now; name an image with --digest"
fi
say "back to $digest"
if [ -n "$dry" ]; then
  shown deploy/scripts/deploy.sh "$environment" --digest "$digest" "${passed[@]}"
  exit 0
fi
exec "$root/deploy/scripts/deploy.sh" "$environment" --digest "$digest" --yes "${passed[@]}"
