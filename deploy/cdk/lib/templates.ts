import { App, Stack } from 'aws-cdk-lib';
import { examine, stand } from './app';
import { Environment } from './environment';
import { environments } from './environments';
import { members } from './members';

/** The files of `deploy/cfn`, by name: both templates of every environment, and the members of the secret. */
export function templates(): Map<string, string> {
  const files = new Map<string, string>();
  for (const environment of Object.values(environments)) {
    for (const mode of ['single', 'direct'] as const) {
      const { foundation, endpoint } = synthesise({ ...environment, mode });
      files.set(`foundation-${environment.name}.template.json`, foundation);
      files.set(`${mode}-${environment.name}.template.json`, endpoint);
    }
  }
  files.set('secret.example.json', text(Object.fromEntries(members.map(({ name }) => [name, '']))));
  return files;
}

function synthesise(environment: Environment): { foundation: string; endpoint: string } {
  const app = examine(new App());
  const stacks = stand(app, environment, { portable: true });
  const assembly = app.synth();
  const templateOf = (stack: Stack): string => text(assembly.getStackArtifact(stack.artifactId).template);
  return { foundation: templateOf(stacks.foundation), endpoint: templateOf(stacks.endpoint) };
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 1)}\n`;
}
