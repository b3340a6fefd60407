import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { App } from 'aws-cdk-lib';
import { stand } from '../lib/app';
import { environments } from '../lib/environments';
import { limits } from '../lib/hosting';
import { members } from '../lib/members';
import { templates } from '../lib/templates';

const committed = join(__dirname, '..', '..', '..', 'cfn');
const files = templates();

test('what is committed is what is synthesised', () => {
  const there = existsSync(committed) ? readdirSync(committed).filter((name) => name.endsWith('.json')) : [];
  assert.deepEqual(there.sort(), [...files.keys()].sort(), 'run `make synth` and commit deploy/cfn');
  for (const [name, content] of files) {
    assert.ok(readFileSync(join(committed, name), 'utf8') === content, `deploy/cfn/${name} is stale: run \`make synth\` and commit it`);
  }
});

test('every template can be deployed without a bucket', () => {
  for (const [name, content] of files) {
    assert.ok(Buffer.byteLength(content) <= limits.template, name);
    assert.ok(!/cdk-bootstrap|CDKMetadata|aws:cdk:path/.test(content), name);
  }
});

test('no template is bound to an account or a region', () => {
  for (const [name, content] of files) {
    assert.doesNotMatch(content, /\b\d{12}\b|\b[a-z]{2}-[a-z]+-\d\b/, name);
  }
});

test('the command line deploys to the region of the environment, and prod refuses to be deleted', () => {
  const app = new App();
  for (const environment of Object.values(environments)) {
    const stacks = Object.values(stand(app, environment));
    assert.deepEqual(stacks.map(({ region }) => region), [environment.region, environment.region]);
    assert.deepEqual(stacks.map(({ terminationProtection }) => terminationProtection), [environment.keep, environment.keep]);
  }
});

test('the example of the secret has every member and no value', () => {
  const example = JSON.parse(files.get('secret.example.json') ?? '');
  assert.deepEqual(example, Object.fromEntries(members.map(({ name }) => [name, ''])));
});
