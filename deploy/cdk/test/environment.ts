import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, Environment } from '../lib/environment';
import { environments } from '../lib/environments';
import { hostingTypes } from '../lib/hosting';
import { digest, synthesise } from './synthesised';

const { dev, prod } = environments;

test('every environment that is configured is right', () => {
  for (const [name, environment] of Object.entries(environments)) {
    assert.doesNotThrow(() => check(environment));
    assert.equal(environment.name, name);
  }
});

test('the list of types is the whole one of the service model', () => {
  assert.equal(hostingTypes.size, 271);
  assert.ok(hostingTypes.has('ml.c6i.large') && hostingTypes.has('ml.p6e-gb200.36xlarge'));
});

const wrong: [string, Partial<Environment>, RegExp][] = [
  ['an ARM processor', { instanceType: 'ml.m6g.large' }, /ARM processor/],
  ['a local disk', { instanceType: 'ml.m5d.large' }, /local disk/],
  ['an accelerator', { instanceType: 'ml.g5.xlarge' }, /accelerator/],
  ['no instance', { instanceCount: 0 }, /at least 1/],
  ['half an instance', { instanceCount: 1.5 }, /at least 1/],
  ['one instance where things are kept', { ...prod, instanceCount: 1 }, /instanceCount and natGateways of 2/],
  ['one way out where things are kept', { ...prod, natGateways: 1 }, /instanceCount and natGateways of 2/],
  ['a region that is none', { region: 'Frankfurt' }, /region 'Frankfurt'/],
  ['a name with a blank', { name: 'my dev' }, /name 'my dev'/],
  ['a name in capitals', { name: 'Dev' }, /name 'Dev'/],
  ['a name that ends with a hyphen', { name: 'dev-' }, /name 'dev-'/],
  ['a store that others cannot see', { database: 'ephemeral', mode: 'direct' }, /database ephemeral/],
  ['a store that another instance cannot see', { database: 'ephemeral', instanceCount: 2 }, /database ephemeral/],
  ['an empty table', { supabaseTable: '' }, /supabaseTable/],
  ['an address without a host', { alarmEmail: 'me' }, /alarmEmail 'me'/],
  ['a threshold of nothing', { thresholds: { ...dev.thresholds, jobSeconds: 0 } }, /thresholds\.jobSeconds is 0/],
  ['a threshold that is no number', { thresholds: { ...dev.thresholds, queueSeconds: NaN } }, /thresholds\.queueSeconds is NaN/],
];

for (const [what, change, message] of wrong) {
  test(`${what} is refused, with the remedy`, () => {
    assert.throws(() => synthesise({ ...dev, ...change }), message);
  });
}

test('everything that is wrong is told at once', () => {
  assert.throws(() => check({ ...dev, instanceCount: 0, region: 'x', supabaseTable: '' }), /instanceCount.*region.*supabaseTable/);
});

test('an image that is named by anything but its digest is refused', () => {
  for (const imageDigest of ['latest', 'v1.2.3', 'sha256:abc', digest.toUpperCase(), '']) {
    assert.throws(() => synthesise(dev, { imageDigest }), /imageDigest '.*' is no digest.*sha256:/);
  }
});
