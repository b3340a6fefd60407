import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { Environment } from './environment';

/** What everything of an environment is called; the endpoint bears exactly this name. */
export function nameOf(environment: Environment): string {
  return `throughline-${environment.name}`;
}

/** The namespace of the metrics that the container itself writes. */
export function namespaceOf(environment: Environment): string {
  return `Throughline/${environment.name}`;
}

/** Where SageMaker writes what containers print; it chooses this name, so that the group must bear it. */
export function logGroupOf(environment: Environment): string {
  return `/aws/sagemaker/Endpoints/${nameOf(environment)}`;
}

/** What the foundation hands to the endpoint, by names that a person can read in the console. */
const shared = ['RepositoryArn', 'SecretArn', 'KeyArn', 'PrivateSubnet1', 'PrivateSubnet2', 'SecurityGroup'] as const;

export type Shared = Readonly<Record<(typeof shared)[number], string>>;

/** Exports the values out of the foundation's stack. */
export function share(stack: Stack, environment: Environment, values: Shared): void {
  for (const name of shared) {
    new CfnOutput(stack, `Shared${name}`, { value: values[name], exportName: `${nameOf(environment)}:${name}` });
  }
}

/** The same values, in another stack. */
export function sharedOf(environment: Environment): Shared {
  const values = shared.map((name) => [name, Fn.importValue(`${nameOf(environment)}:${name}`)]);
  return Object.fromEntries(values) as Shared;
}
