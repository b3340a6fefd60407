// What the tests look at: the templates of every environment in both modes, as CloudFormation would see them.
import { App } from 'aws-cdk-lib';
import { examine, stand } from '../lib/app';
import { Environment } from '../lib/environment';
import { environments } from '../lib/environments';

export interface Resource {
  readonly Type: string;
  readonly Properties: any;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Record<string, unknown>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs: Record<string, { Value: unknown; Export?: { Name: string } }>;
  readonly Parameters?: Record<string, { Default?: string; AllowedPattern?: string; ConstraintDescription?: string }>;
}

export interface Synthesised {
  readonly environment: Environment;
  readonly foundation: Template;
  readonly endpoint: Template;
}

export const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

/** Both templates of an environment; fails where cdk-nag does. */
export function synthesise(environment: Environment, options: { imageDigest?: string } = {}): Synthesised {
  const app = examine(new App());
  const stacks = stand(app, environment, { portable: true, ...options });
  const assembly = app.synth();
  return {
    environment,
    foundation: assembly.getStackArtifact(stacks.foundation.artifactId).template,
    endpoint: assembly.getStackArtifact(stacks.endpoint.artifactId).template,
  };
}

/** Every environment in both modes. */
export const everywhere: readonly Synthesised[] = Object.values(environments).flatMap((environment) =>
  (['single', 'direct'] as const).map((mode) => synthesise({ ...environment, mode })),
);

/** The resources of a type. */
export function all(template: Template, type: string): Resource[] {
  return Object.values(template.Resources).filter((resource) => resource.Type === type);
}

/** The one resource of a type. */
export function only(template: Template, type: string): Resource {
  const [one, ...more] = all(template, type);
  if (one === undefined || more.length > 0) {
    throw new Error(`there are ${one === undefined ? 0 : more.length + 1} of ${type}`);
  }
  return one;
}

/** A value as the text that CloudFormation would make of it, with `<name>` for what only it knows. */
export function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[call, argument]] = Object.entries(value) as [[string, any]];
  switch (call) {
    case 'Ref': return `<${argument}>`;
    case 'Fn::GetAtt': return `<${argument.join('.')}>`;
    case 'Fn::ImportValue': return `<${plain(argument)}>`;
    case 'Fn::Join': return argument[1].map(plain).join(argument[0]);
    case 'Fn::Select': return `<part ${argument[0]} of ${plain(argument[1]?.['Fn::Split']?.[1])}>`;
    default: throw new Error(`no text: ${JSON.stringify(value)}`);
  }
}

/** Every text in a value, with what it stands for. */
export function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* texts(inner);
    }
  }
}

/** The containers of the model, by name; the one of mode `single` has none. */
export function containers({ endpoint }: Synthesised): Map<string, { Image: unknown; Environment: Record<string, unknown> }> {
  const { PrimaryContainer, Containers } = only(endpoint, 'AWS::SageMaker::Model').Properties;
  const found = PrimaryContainer === undefined ? Containers : [PrimaryContainer];
  return new Map(found.map((container: any) => [container.ContainerHostname ?? '', container]));
}

/** The statements of what the containers may do. */
export function permissions({ endpoint }: Synthesised): any[] {
  return only(endpoint, 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
}

/** The statement that allows an action. */
export function permission(synthesised: Synthesised, action: string): any {
  const found = permissions(synthesised).filter(({ Action }) => [Action].flat().includes(action));
  if (found.length !== 1) {
    throw new Error(`${action} is allowed by ${found.length} statements`);
  }
  return found[0];
}
