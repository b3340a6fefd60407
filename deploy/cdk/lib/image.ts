import { CfnParameter } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';

const digest = /^sha256:[0-9a-f]{64}$/;

/**
 * The image in the repository, by what it holds and not by a name that may move: what was tried is what runs.
 *
 * A digest that is known is written into the template; else the template asks for it and cannot be deployed without.
 */
export function imageOf(scope: Construct, repository: ecr.IRepository, known: string | undefined): string {
  if (known !== undefined && !digest.test(known)) {
    throw new Error(`imageDigest '${known}' is no digest: give the one that the push printed, sha256: and 64 hexadecimal digits`);
  }
  return repository.repositoryUriForDigest(known ?? asked(scope));
}

function asked(scope: Construct): string {
  const parameter = new CfnParameter(scope, 'ImageDigest', {
    description: 'The digest of the image that was pushed to the repository of the foundation, sha256:...',
    allowedPattern: digest.source,
    constraintDescription: 'must be the digest of the pushed image: sha256: and 64 hexadecimal digits',
  });
  return parameter.valueAsString;
}
