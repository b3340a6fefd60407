#!/usr/bin/env node
// What `npx cdk` runs: the stacks of every environment. `-c imageDigest=sha256:...` says which image.
import { App } from 'aws-cdk-lib';
import { examine, stand } from '../lib/app';
import { environments } from '../lib/environments';

const app = examine(new App());
const imageDigest: unknown = app.node.tryGetContext('imageDigest');
if (imageDigest !== undefined && typeof imageDigest !== 'string') {
  throw new Error('imageDigest must be a text: -c imageDigest=sha256:...');
}
for (const environment of Object.values(environments)) {
  stand(app, environment, { imageDigest });
}
app.synth();
