#!/usr/bin/env bash
# Pushes the image that build.sh made to the environment's repository, and prints its digest, which deploy.sh wants.
#
#   deploy/scripts/push.sh dev|staging|prod [--region REGION] [--dry-run]
#
#   --region   the AWS region [default: as for the aws command]
#   --dry-run  show every command, run none
#
# Needs the aws command with credentials, the environment's foundation (deploy.sh ENVIRONMENT --foundation), and docker,
# podman or buildah. Tags in the repository never move: a commit that was pushed before is not pushed again.
set -euo pipefail
# shellcheck source=deploy/scripts/common.sh
. "$(dirname "$0")/common.sh"

while [ $# -gt 0 ]; do common "$@" || shift $?; done
named
need aws
tool=$(container_tool)
repository=$(output "$foundation" RepositoryUri)
registry=${repository%%/*}
name=$(tag)

digest_of() {
  ask ImageDigest aws ecr describe-images --repository-name "$stack" --image-ids "imageTag=$1" \
    --query 'imageDetails[0].imageDigest' --output text
}

# The password goes from one program to the other and is never an argument.
log_in() {
  shown aws ecr get-login-password
  shown "$tool" login --username AWS --password-stdin "$registry"
  [ -n "$dry" ] || aws ecr get-login-password | "$tool" login --username AWS --password-stdin "$registry" >&2
}

if [ -z "$dry" ]; then
  case $name in
    *-changed) die "the checkout holds changes that no commit does; commit them, build again, and push that" ;;
    *-unknown) die "the checkout is no git repository, so that the image has no name; clone it, build, and push that" ;;
  esac
fi
if [ -n "$dry" ] || ! digest=$(digest_of "$name" 2>/dev/null); then
  log_in
  run "$tool" tag "throughline:$name" "$repository:$name" >&2
  run "$tool" push "$repository:$name" >&2
  digest=$(digest_of "$name") || die "the image was pushed, and the repository does not tell its digest"
fi
format=$(ask Format aws ecr describe-images --repository-name "$stack" --image-ids "imageTag=$name" \
  --query 'imageDetails[0].imageManifestMediaType' --output text)
case $format in
  application/vnd.docker.distribution.manifest.v2+json | '<Format>') ;;
  *) die "the image was pushed as $format, which SageMaker has refused; build it with CONTAINER_TOOL=podman or buildah" ;;
esac
[ -n "$dry" ] || is_digest "$digest" || die "the repository answers '$digest' instead of a digest"
printf '%s\n' "$digest"
