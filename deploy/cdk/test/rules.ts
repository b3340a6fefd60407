import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { examine } from '../lib/app';

/** Runs something without what it prints. */
function quietly(run: () => void): void {
  const { log, error } = console;
  console.log = console.error = () => undefined;
  try {
    run();
  } finally {
    Object.assign(console, { log, error });
  }
}

test('the rules are in force: a role that may do everything does not get through', () => {
  const app = examine(new App());
  const role = new Role(new Stack(app, 'loose'), 'Role', { assumedBy: new ServicePrincipal('sagemaker.amazonaws.com') });
  role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
  quietly(() => assert.throws(() => app.synth(), /[Vv]alidation failed/));
});
