#!/usr/bin/env node
// What `npx cdk` runs: the stacks of every environment. `-c imageDigest=sha256:...` says which image.
import { App } from 'aws-cdk-lib';
import { examine, stand } from '../lib/app';
import { environments } from '../lib/environments';

function synthesise(): void {
  const app = examine(new App());
  const imageDigest: unknown = app.node.tryGetContext('imageDigest');
  if (imageDigest !== undefined && typeof imageDigest !== 'string') {
    throw new Error('imageDigest is no text: give it once, -c imageDigest=sha256:...');
  }
  for (const environment of Object.values(environments)) {
    stand(app, environment, { imageDigest });
  }
  app.synth();
}

try {
  synthesise();
} catch (error) {
  // The sentence says what to do; where in the program it was said helps nobody.
  console.error(`throughline: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
