import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environments } from '../lib/environments';
import { limits } from '../lib/hosting';
import { all, containers, digest, everywhere, only, permission, permissions, plain, synthesise, texts } from './synthesised';

const single = everywhere.filter(({ environment }) => environment.mode === 'single');
const direct = everywhere.filter(({ environment }) => environment.mode === 'direct');

test('the environment of the one container', () => {
  const { endpoint } = synthesise({ ...environments.dev, supabaseTable: 'past "projects"', embeddingModel: 'text-embedding-ada-002' });
  const { PrimaryContainer, Containers, InferenceExecutionConfig } = only(endpoint, 'AWS::SageMaker::Model').Properties;
  const environment = Object.fromEntries(Object.entries(PrimaryContainer.Environment).map(([name, value]) => [name, plain(value)]));
  assert.deepEqual(environment, {
    AWS_REGION: '<AWS::Region>',
    OPENAI_EMBEDDING_MODEL: 'text-embedding-ada-002',
    OPENAI_MODEL: 'gpt-4.1-mini',
    THROUGHLINE_GATEWAY__AUTH: 'platform',
    THROUGHLINE_LOG__FORMAT: 'json',
    THROUGHLINE_RETRIEVAL__SUPABASE__TABLE: 'past "projects"',
    THROUGHLINE_SECRETS__BUNDLE: '<throughline-dev:SecretArn>',
    THROUGHLINE_TELEMETRY__EMF: 'true',
    THROUGHLINE_TELEMETRY__EMF_NAMESPACE: 'Throughline/dev',
    THROUGHLINE_TELEMETRY__EXPORTERS: 'xray',
  });
  assert.deepEqual([Containers, InferenceExecutionConfig, PrimaryContainer.ContainerHostname], [undefined, undefined, undefined]);
});

test('a store that is lost with its container has to be accepted by name', () => {
  const accepted = (database: 'postgres' | 'ephemeral'): unknown =>
    containers(synthesise({ ...environments.dev, database })).get('')?.Environment['THROUGHLINE_DATABASE__EPHEMERAL'];
  assert.deepEqual([accepted('postgres'), accepted('ephemeral')], [undefined, 'accepted']);
});

test('a pooler that changes the server is told to every container', () => {
  for (const mode of ['single', 'direct'] as const) {
    const found = [...containers(synthesise({ ...environments.dev, mode, pooler: 'transaction' })).values()];
    assert.ok(found.every(({ Environment }) => Environment['THROUGHLINE_DATABASE__POOLER'] === 'transaction'));
  }
});

test('direct: a container for each role, called by its name, with the roles as their only difference', () => {
  for (const synthesised of direct) {
    const { Containers, PrimaryContainer, InferenceExecutionConfig } = only(synthesised.endpoint, 'AWS::SageMaker::Model').Properties;
    assert.deepEqual(InferenceExecutionConfig, { Mode: 'Direct' });
    assert.equal(PrimaryContainer, undefined);
    const found = Containers.map(({ ContainerHostname, Environment }: any) => [ContainerHostname, Environment.THROUGHLINE_ROLES]);
    assert.deepEqual(found, [['gateway', 'gateway,jobs'], ['retrieval', 'retrieval'], ['rerank', 'rerank'], ['generation', 'generation']]);
    const rest = Containers.map(({ Image, Environment: { THROUGHLINE_ROLES, ...others } }: any) => JSON.stringify([Image, others]));
    assert.equal(new Set(rest).size, 1);
  }
});

test('what the API limits is within its limits', () => {
  for (const synthesised of everywhere) {
    const found = [...containers(synthesised)];
    assert.ok(found.length === 1 || (found.length >= limits.containers.least && found.length <= limits.containers.most));
    let total = 0;
    for (const [name, { Environment, Image }] of found) {
      assert.ok(name === '' || limits.name.test(name), name);
      assert.ok(plain(Image).length + 71 <= limits.image, 'the image is named in full by at most 255 characters');
      assert.ok(Object.keys(Environment).length <= limits.environmentEntries);
      for (const [key, value] of Object.entries(Environment)) {
        assert.match(key, limits.environmentKey);
        const text = plain(value);
        assert.ok(text !== '' && Buffer.byteLength(text) <= limits.environmentValue, key);
        // An ARN that is not known yet is longer than the name that stands for it.
        total += Buffer.byteLength(key) + Buffer.byteLength(text) + 100;
      }
    }
    assert.ok(total <= limits.environmentTotal, `${total} bytes of environment`);
    const { VpcConfig } = only(synthesised.endpoint, 'AWS::SageMaker::Model').Properties;
    assert.ok(VpcConfig.Subnets.length <= limits.subnets && VpcConfig.SecurityGroupIds.length <= limits.securityGroups);
    assert.match(only(synthesised.endpoint, 'AWS::SageMaker::Endpoint').Properties.EndpointName, limits.name);
  }
});

test('the endpoint has one variant with the instances that were asked for, and encrypted disks', () => {
  for (const { environment, endpoint } of everywhere) {
    const { ProductionVariants, KmsKeyId } = only(endpoint, 'AWS::SageMaker::EndpointConfig').Properties;
    assert.equal(plain(KmsKeyId), `<throughline-${environment.name}:KeyArn>`);
    assert.deepEqual(ProductionVariants.length, 1);
    const [variant] = ProductionVariants;
    assert.equal(variant.InstanceType, environment.instanceType);
    assert.equal(variant.InitialInstanceCount, environment.instanceCount);
    const startup = variant.ContainerStartupHealthCheckTimeoutInSeconds;
    assert.ok(startup >= limits.startup.least && startup <= limits.startup.most);
  }
});

test('a change makes a new model and a new configuration, for which they must not be named', () => {
  for (const { endpoint } of everywhere) {
    assert.equal(only(endpoint, 'AWS::SageMaker::Model').Properties.ModelName, undefined);
    assert.equal(only(endpoint, 'AWS::SageMaker::EndpointConfig').Properties.EndpointConfigName, undefined);
    assert.equal(only(endpoint, 'AWS::SageMaker::Model').Properties.EnableNetworkIsolation, false);
  }
});

test('without a digest the template asks for one and has none to fall back to', () => {
  for (const { endpoint } of everywhere) {
    const asked = endpoint.Parameters?.['ImageDigest'];
    assert.equal(asked?.Default, undefined);
    assert.match(digest, new RegExp(asked?.AllowedPattern ?? 'none'));
    assert.doesNotMatch('latest', new RegExp(asked?.AllowedPattern ?? '.*'));
    assert.match(asked?.ConstraintDescription ?? '', /sha256/);
  }
});

test('a digest that is known is written down, and nothing is asked', () => {
  const synthesised = synthesise(environments.prod, { imageDigest: digest });
  assert.equal(synthesised.endpoint.Parameters?.['ImageDigest'], undefined);
  assert.ok(plain(containers(synthesised).get('')?.Image).endsWith(`/throughline-prod@${digest}`));
});

test('the containers may do what they must, and nothing more', () => {
  const expected = [
    'cloudwatch:PutMetricData', 'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface',
    'ec2:DeleteNetworkInterfacePermission', 'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer', 'kms:CreateGrant', 'kms:Decrypt', 'logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams',
    'logs:PutLogEvents', 'secretsmanager:GetSecretValue', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
  ];
  for (const synthesised of everywhere) {
    const actions = permissions(synthesised).flatMap(({ Action }) => Action);
    assert.deepEqual([...actions].sort(), expected);
    assert.ok(permissions(synthesised).every(({ Effect }) => Effect === 'Allow'));
    const role = only(synthesised.endpoint, 'AWS::IAM::Role').Properties;
    assert.deepEqual([role.ManagedPolicyArns, role.Policies], [undefined, undefined]);
    assert.deepEqual([...texts(synthesised.endpoint)].filter((text) => /FullAccess/.test(text)), []);
    assert.deepEqual(role.AssumeRolePolicyDocument.Statement.map(({ Principal }: any) => Principal), [{ Service: 'sagemaker.amazonaws.com' }]);
  }
});

test('on everything only what knows no resource, or is held by a condition', () => {
  for (const synthesised of everywhere) {
    const open = permissions(synthesised).filter(({ Resource }) => [Resource].flat().includes('*')).flatMap(({ Action }) => Action);
    assert.deepEqual(open.filter((action) => !/^ec2:Describe/.test(action)).sort(), [
      'cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
    ]);
    assert.deepEqual(permission(synthesised, 'cloudwatch:PutMetricData').Condition, { StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' } });
    assert.equal(plain(permission(synthesised, 'kms:Decrypt').Condition.StringEquals['kms:ViaService']), 'secretsmanager.<AWS::Region>.amazonaws.com');
    assert.equal(plain(permission(synthesised, 'kms:Decrypt').Resource), `<throughline-${synthesised.environment.name}:KeyArn>`);
    assert.deepEqual(permission(synthesised, 'kms:CreateGrant').Condition, { Bool: { 'kms:GrantIsForAWSResource': 'true' } });
    assert.ok(permission(synthesised, 'ec2:CreateNetworkInterface').Resource.map(plain).some((arn: string) => /subnet\/<throughline-\w+:PrivateSubnet1>$/.test(arn)));
  }
});

test('the model waits until its role may do something', () => {
  for (const { endpoint } of everywhere) {
    const policy = Object.entries(endpoint.Resources).find(([, { Type }]) => Type === 'AWS::IAM::Policy')?.[0];
    assert.deepEqual(only(endpoint, 'AWS::SageMaker::Model').DependsOn, [policy]);
  }
});

test('callers get a policy for this endpoint, in mode direct for one container each', () => {
  const policies = (endpoint: any): any[] => all(endpoint, 'AWS::IAM::ManagedPolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  for (const { environment, endpoint } of everywhere) {
    for (const { Action, Resource } of policies(endpoint)) {
      assert.equal(Action, 'sagemaker:InvokeEndpoint');
      assert.equal(plain(Resource), `arn:<AWS::Partition>:sagemaker:<AWS::Region>:<AWS::AccountId>:endpoint/throughline-${environment.name}`);
    }
    assert.ok(endpoint.Outputs['InvokePolicyArn']);
  }
  for (const { endpoint } of single) {
    assert.deepEqual(policies(endpoint).map(({ Condition }) => Condition), [undefined]);
  }
  for (const { endpoint } of direct) {
    const called = policies(endpoint).map(({ Condition }) => Condition.StringEquals['sagemaker:TargetContainerHostname']);
    assert.deepEqual(called, ['gateway', 'retrieval']);
  }
});
