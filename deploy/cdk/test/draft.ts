// The seven faults of the stack that this one replaces; each is held here by its name.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { check } from '../lib/environment';
import { environments } from '../lib/environments';
import { hostingTypes } from '../lib/hosting';
import { members } from '../lib/members';
import { all, containers, everywhere, only, permission, permissions, plain, texts } from './synthesised';

test('fault 1: no call lacks its parentheses', () => {
  for (const folder of ['lib', 'bin']) {
    const compiled = join(__dirname, '..', folder);
    for (const file of readdirSync(compiled).filter((name) => name.endsWith('.js'))) {
      const named = readFileSync(join(compiled, file), 'utf8').match(/^\s+[\w$]+(\.[\w$]+)+;$/gm) ?? [];
      assert.deepEqual(named, [], `${folder}/${file} names a method without calling it`);
    }
  }
  for (const { foundation, endpoint } of everywhere) {
    const functions = [...texts(foundation), ...texts(endpoint)].filter((text) => /=>|\bfunction\b|\)\s*\{|\[native code\]|\[object|bound method/.test(text));
    assert.deepEqual(functions, [], 'a method itself stands in the template, not what it returns');
  }
  for (const synthesised of everywhere) {
    assert.equal(plain(permission(synthesised, 'ecr:BatchGetImage').Resource), `<throughline-${synthesised.environment.name}:RepositoryArn>`);
  }
});

test('fault 2: the variant is AllTraffic, wherever it is named', () => {
  for (const { endpoint } of everywhere) {
    const [variant] = only(endpoint, 'AWS::SageMaker::EndpointConfig').Properties.ProductionVariants;
    assert.equal(variant.VariantName, 'AllTraffic');
    const dimensions = all(endpoint, 'AWS::CloudWatch::Alarm').flatMap(({ Properties }) => Properties.Dimensions ?? []);
    const watched = dimensions.filter(({ Name }: { Name: string }) => Name === 'VariantName').map(({ Value }: { Value: string }) => Value);
    assert.ok(watched.length >= 3);
    assert.deepEqual(new Set(watched), new Set(['AllTraffic']));
    const page = plain(only(endpoint, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    assert.deepEqual(new Set(page.match(/"VariantName","[^"]*"/g)), new Set(['"VariantName","AllTraffic"']));
    assert.deepEqual([...texts(endpoint)].filter((text) => /AllTrafic\b/i.test(text)), []);
  }
});

test('fault 3: the instance type can host: neither t3.medium nor ml.t3.medium', () => {
  for (const { endpoint } of everywhere) {
    const [variant] = only(endpoint, 'AWS::SageMaker::EndpointConfig').Properties.ProductionVariants;
    assert.ok(hostingTypes.has(variant.InstanceType), variant.InstanceType);
  }
  for (const instanceType of ['t3.medium', 'ml.t3.medium', 'ml.t3.large', 'm5.large', '']) {
    // @ts-expect-error: the compiler refuses it as well, where the type is written into a configuration
    const environment = { ...environments.dev, instanceType } satisfies typeof environments.dev;
    assert.throws(() => check(environment as typeof environments.dev), /instanceType '.*' cannot host.*ml\.c6i\.large/);
  }
});

test('fault 4: secrets are in Secrets Manager, and their values nowhere', () => {
  for (const synthesised of everywhere) {
    const arn = `<throughline-${synthesised.environment.name}:SecretArn>`;
    const { Properties } = only(synthesised.foundation, 'AWS::SecretsManager::Secret');
    assert.deepEqual(Object.keys(Properties).filter((name) => /SecretString/.test(name)), [], 'the template holds a value');
    assert.equal(plain(permission(synthesised, 'secretsmanager:GetSecretValue').Resource), arn);
    const secret = new Set(members.map(({ name }) => name));
    for (const { Environment } of containers(synthesised).values()) {
      assert.equal(plain(Environment['THROUGHLINE_SECRETS__BUNDLE']), arn);
      assert.deepEqual(Object.keys(Environment).filter((name) => secret.has(name) || /KEY|SECRET$|PASS|TOKEN/.test(name)), []);
      assert.deepEqual([...texts(Environment)].filter((text) => /:\/\/[^/]*@|^sk-|^whsec_|resolve:/.test(text)), []);
    }
  }
});

test('fault 5: the image is the one of the repository, by digest', () => {
  for (const synthesised of everywhere) {
    const { name } = synthesised.environment;
    const repository = only(synthesised.foundation, 'AWS::ECR::Repository').Properties;
    assert.equal(repository.RepositoryName, `throughline-${name}`);
    const arn = `<throughline-${name}:RepositoryArn>`;
    const uri = `<part 4 of ${arn}>.dkr.ecr.<part 3 of ${arn}>.<AWS::URLSuffix>/throughline-${name}@<ImageDigest>`;
    for (const { Image } of containers(synthesised).values()) {
      assert.equal(plain(Image), uri);
    }
  }
});

test('fault 6: what containers print is kept, for as long as was said', () => {
  for (const synthesised of everywhere) {
    const { name, retention } = synthesised.environment;
    const [id, group] = Object.entries(synthesised.endpoint.Resources).find(([, { Type }]) => Type === 'AWS::Logs::LogGroup') ?? assert.fail('no log group');
    assert.equal(group.Properties.LogGroupName, `/aws/sagemaker/Endpoints/throughline-${name}`);
    assert.equal(group.Properties.RetentionInDays, retention);
    const endpoint = only(synthesised.endpoint, 'AWS::SageMaker::Endpoint');
    assert.equal(endpoint.Properties.EndpointName, `throughline-${name}`);
    assert.ok(endpoint.DependsOn?.includes(id), 'the endpoint would make the group itself, and keep it for ever');
    const writable = permission(synthesised, 'logs:PutLogEvents').Resource.map(plain);
    assert.ok(writable.every((arn: string) => arn.includes(`:log-group:/aws/sagemaker/Endpoints/throughline-${name}`)), writable);
    assert.equal(containers(synthesised).values().next().value?.Environment['THROUGHLINE_LOG__FORMAT'], 'json');
  }
});

test('fault 7: containers run in private subnets of two zones, and come from fixed addresses', () => {
  for (const { environment, foundation, endpoint } of everywhere) {
    const { VpcConfig } = only(endpoint, 'AWS::SageMaker::Model').Properties;
    const imported = (name: string): string => `<throughline-${environment.name}:${name}>`;
    assert.deepEqual(VpcConfig.Subnets.map(plain), [imported('PrivateSubnet1'), imported('PrivateSubnet2')]);
    assert.deepEqual(VpcConfig.SecurityGroupIds.map(plain), [imported('SecurityGroup')]);
    const exported = Object.values(foundation.Outputs).filter(({ Export }) => Export?.Name.includes('Subnet')).map(({ Value }) => (Value as { Ref: string }).Ref);
    const zones = exported.map((id) => JSON.stringify(foundation.Resources[id]?.Properties.AvailabilityZone));
    assert.equal(new Set(zones).size, 2);
    const routes = all(foundation, 'AWS::EC2::Route').filter(({ Properties }) => Properties.NatGatewayId !== undefined);
    assert.equal(routes.length, 2, 'both subnets go out by a NAT gateway');
    const gateways = all(foundation, 'AWS::EC2::NatGateway');
    assert.equal(gateways.length, environment.natGateways);
    assert.equal(all(foundation, 'AWS::EC2::EIP').length, environment.natGateways);
    assert.equal(plain(foundation.Outputs['Addresses']?.Value).split(',').length, environment.natGateways);
  }
});

test('every fault was looked for in every environment and both modes', () => {
  assert.equal(everywhere.length, 6);
  assert.ok(everywhere.every((synthesised) => permissions(synthesised).length > 5));
});
