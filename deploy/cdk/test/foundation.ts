import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environments } from '../lib/environments';
import { members } from '../lib/members';
import { all, everywhere, only, plain, synthesise } from './synthesised';

test('the repository scans, never moves a tag, and does not grow for ever', () => {
  for (const { environment, foundation } of everywhere) {
    const { Properties, DeletionPolicy } = only(foundation, 'AWS::ECR::Repository');
    assert.deepEqual(Properties.ImageScanningConfiguration, { ScanOnPush: true });
    assert.equal(Properties.ImageTagMutability, 'IMMUTABLE');
    const { rules } = JSON.parse(Properties.LifecyclePolicy.LifecyclePolicyText);
    assert.deepEqual(rules.map((rule: any) => [rule.selection.tagStatus, rule.selection.countNumber]), [['untagged', 14], ['any', 50]]);
    assert.equal(DeletionPolicy, environment.keep ? 'Retain' : 'Delete');
    assert.equal(Properties.EmptyOnDelete ?? false, !environment.keep);
  }
});

test('the secret names its members, holds no value and has a key of its own', () => {
  for (const { environment, foundation } of everywhere) {
    const { Properties, Metadata, DeletionPolicy } = only(foundation, 'AWS::SecretsManager::Secret');
    const names = members.map(({ name }) => name);
    assert.deepEqual(Object.keys(Properties).sort(), ['Description', 'KmsKeyId', 'Name']);
    assert.deepEqual(Metadata?.['Members'], names);
    assert.ok(names.every((name) => Properties.Description.includes(name)));
    assert.equal(DeletionPolicy, environment.keep ? 'Retain' : 'Delete');
    assert.deepEqual([...names].sort(), [
      'BASIC_AUTH_PASS', 'BASIC_AUTH_USER', 'COHERE_API_KEY', 'DATABASE_DIRECT_URL', 'DATABASE_URL', 'OPENAI_API_KEY',
      'SECRETS_KEY', 'SUPABASE_KEY', 'SUPABASE_URL', 'WEBHOOK_SECRET', 'WEBHOOK_URL',
    ]);
  }
});

test('the key turns over, and is lent to the logs of this endpoint and the alarms of this account only', () => {
  for (const { environment, foundation } of everywhere) {
    const { EnableKeyRotation, KeyPolicy } = only(foundation, 'AWS::KMS::Key').Properties;
    assert.equal(EnableKeyRotation, true);
    const [account, logs, alarms, ...more] = KeyPolicy.Statement;
    assert.equal(plain(account.Principal.AWS), 'arn:<AWS::Partition>:iam::<AWS::AccountId>:root');
    assert.equal(plain(logs.Principal.Service), 'logs.<AWS::Region>.amazonaws.com');
    const group = plain(logs.Condition.ArnEquals['kms:EncryptionContext:aws:logs:arn']);
    assert.ok(group.endsWith(`:log-group:/aws/sagemaker/Endpoints/throughline-${environment.name}`), group);
    assert.equal(alarms.Principal.Service, 'cloudwatch.amazonaws.com');
    assert.equal(plain(alarms.Condition.StringEquals['aws:SourceAccount']), '<AWS::AccountId>');
    assert.deepEqual(more, []);
  }
});

test('nothing comes in; HTTPS and Postgres go out, and nothing else', () => {
  for (const { foundation } of everywhere) {
    const { SecurityGroupIngress, SecurityGroupEgress } = only(foundation, 'AWS::EC2::SecurityGroup').Properties;
    assert.equal(SecurityGroupIngress, undefined);
    assert.deepEqual(
      SecurityGroupEgress.map((rule: any) => [rule.IpProtocol, rule.FromPort, rule.ToPort, rule.CidrIp]),
      [443, 5432, 6543].map((port) => ['tcp', port, port, '0.0.0.0/0']),
    );
    assert.deepEqual(all(foundation, 'AWS::EC2::SecurityGroupIngress'), []);
    assert.ok(all(foundation, 'AWS::EC2::Subnet').every(({ Properties }) => Properties.MapPublicIpOnLaunch === false));
  }
});

test('the way out has a fixed address for each gateway, and tells it', () => {
  for (const { environment, foundation } of everywhere) {
    const gateways = all(foundation, 'AWS::EC2::NatGateway').map(({ Properties }) => plain(Properties.AllocationId));
    const addresses = plain(foundation.Outputs['Addresses']?.Value).split(',');
    assert.deepEqual(gateways, addresses.map((address) => address.replace('>', '.AllocationId>')));
    assert.equal(addresses.length, environment.natGateways);
  }
});

test('S3 is reached for nothing, and other services by an endpoint of their own only where that is asked for', () => {
  const endpoints = (foundation: any): string[] => all(foundation, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => `${Properties.VpcEndpointType} ${plain(Properties.ServiceName)}`);
  assert.deepEqual(endpoints(synthesise(environments.dev).foundation), ['Gateway com.amazonaws.<AWS::Region>.s3']);
  const { foundation } = synthesise({ ...environments.dev, interfaceEndpoints: ['secretsmanager', 'xray'] });
  assert.deepEqual(endpoints(foundation).slice(1), ['Interface com.amazonaws.<AWS::Region>.secretsmanager', 'Interface com.amazonaws.<AWS::Region>.xray']);
  const doors = all(foundation, 'AWS::EC2::SecurityGroupIngress').map(({ Properties }) => [Properties.FromPort, Properties.ToPort, plain(Properties.SourceSecurityGroupId), Properties.CidrIp]);
  assert.equal(doors.length, 2);
  assert.ok(doors.every(([from, to, source, range]) => from === 443 && to === 443 && /Containers/.test(String(source)) && range === undefined), JSON.stringify(doors));
});

test('what the network refuses is kept as long as the logs', () => {
  for (const { environment, foundation } of everywhere) {
    assert.equal(only(foundation, 'AWS::EC2::FlowLog').Properties.TrafficType, 'REJECT');
    assert.equal(only(foundation, 'AWS::Logs::LogGroup').Properties.RetentionInDays, environment.retention);
  }
});

test('what the endpoint imports is what the foundation exports', () => {
  for (const { foundation, endpoint } of everywhere) {
    const exported = Object.values(foundation.Outputs).flatMap(({ Export }) => (Export === undefined ? [] : [Export.Name]));
    const imported = new Set([...JSON.stringify(endpoint).matchAll(/"Fn::ImportValue":"([^"]*)"/g)].map(([, name]) => name));
    assert.deepEqual([...imported].sort(), exported.sort());
  }
});
