#!/usr/bin/env bash
# Deploys an environment: first what stays (repository, secret, network), then the endpoint that runs an image.
#
#   deploy/scripts/deploy.sh dev|staging|prod --foundation [options]
#   deploy/scripts/deploy.sh dev|staging|prod --digest sha256:... [options]
#
#   --foundation     only what must be there before an image and its secret can be put
#   --digest DIGEST  the image to run, as push.sh printed it
#   --mode MODE      single (one container, the default) or direct (one for each role)
#   --alarms EMAIL   who is told of alarms
#   --with TOOL      cfn: the templates of deploy/cfn, needs nothing but the aws command (the default);
#                    cdk: the app of deploy/cdk with what its environments.ts says of mode and alarms, needs Node
#   --region REGION  the AWS region [default: as for the aws command; for cdk the environment's own]
#   --yes            go on without asking; prod is refused without it where nobody can be asked
#   --dry-run        show every command, run none
#
# The image that a deployment brought is tagged in the repository with the time, which is what rollback.sh goes back to.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

digest='' mode=single alarms='' tool=cfn only=''
while [ $# -gt 0 ]; do
  case $1 in
    --foundation)
      only=1
      shift
      ;;
    --digest | --mode | --alarms | --with)
      [ -n "${2:-}" ] || die "$1 needs a value"
      case $1 in
        --digest) digest=$2 ;;
        --mode) mode=$2 ;;
        --alarms) alarms=$2 ;;
        --with) tool=$2 ;;
      esac
      shift 2
      ;;
    *) common "$@" || shift $? ;;
  esac
done
named
case $mode in single | direct) ;; *) die "mode '$mode': single or direct" ;; esac
case $tool in cfn | cdk) ;; *) die "--with '$tool': cfn or cdk" ;; esac
if [ -n "$only" ]; then
  [ -z "$digest" ] || die "--foundation runs no image: leave out --digest"
else
  is_digest "$digest" || die "which image? --digest takes what push.sh printed: sha256: and 64 hexadecimal digits"
fi

# cfn STACK TEMPLATE PARAMETER...
cfn() {
  local name=$1 template=$root/deploy/cfn/$2.template.json
  shift 2
  [ -n "$dry" ] || [ -s "$template" ] || die "$template is missing; \`make synth\` writes it"
  local options=(--stack-name "$name" --template-file "$template" --capabilities CAPABILITY_IAM --no-fail-on-empty-changeset)
  if [ $# -gt 0 ]; then options+=(--parameter-overrides "$@"); fi
  run aws cloudformation deploy "${options[@]}"
}

cdk() {
  run npm --prefix "$root/deploy/cdk" ci --no-audit --no-fund
  (run cd "$root/deploy/cdk" && run npx cdk deploy --exclusively --require-approval never "$@")
}

# A container whose secret has no value yet would not start, and the platform would say so half an hour later.
has_secret() {
  local versions
  # shellcheck disable=SC2016 # backticks are a part of the query
  versions=$(ask Versions aws secretsmanager describe-secret --secret-id "$stack" \
    --query 'length(keys(VersionIdsToStages || `{}`))' --output text) || die "secret $stack cannot be read"
  [ "$versions" != 0 ] || die "secret $stack has no value; put one: aws secretsmanager put-secret-value \
--secret-id $stack --secret-string file://secret.json (deploy/cfn/secret.example.json names its members)"
}

# A tag beside the image says when it was deployed.
remember() {
  local manifest
  manifest=$(ask Manifest aws ecr batch-get-image --repository-name "$stack" --image-ids "imageDigest=$digest" \
    --query 'images[0].imageManifest' --output text)
  run aws ecr put-image --repository-name "$stack" --image-manifest "$manifest" --image-digest "$digest" \
    --image-tag "deployed-$(date -u +%Y%m%dT%H%M%SZ)" >/dev/null
}

confirmed
need aws
if [ "$tool" = cdk ]; then need npm npx; fi
if [ -n "$only" ]; then
  if [ "$tool" = cfn ]; then cfn "$foundation" "foundation-$environment"; else cdk "$foundation"; fi
  say "the foundation of $environment is there; put the secret, then build, push and deploy"
  exit 0
fi
has_secret
if [ "$tool" = cfn ]; then
  cfn "$stack" "$mode-$environment" "ImageDigest=$digest" ${alarms:+"AlarmEmail=$alarms"}
else
  cdk "$stack" --context "imageDigest=$digest"
fi
run aws sagemaker wait endpoint-in-service --endpoint-name "$stack"
remember
say "endpoint $stack runs $digest"
