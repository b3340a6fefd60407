import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environments } from '../lib/environments';
import { all, everywhere, only, plain, synthesise } from './synthesised';

const minutes = 60;

test('what is watched, where from, how, and from where on', () => {
  const { endpoint } = synthesise(environments.prod);
  const found = all(endpoint, 'AWS::CloudWatch::Alarm').map(({ Properties: alarm }) => [
    alarm.AlarmName.replace('throughline-prod-', ''), alarm.Namespace, alarm.MetricName, alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Threshold,
  ]);
  assert.deepEqual(found, [
    ['PlatformErrors', 'AWS/SageMaker', 'Invocation5XXErrors', 'Sum', 1],
    ['ModelErrors', 'AWS/SageMaker', 'InvocationModelErrors', 'Sum', 20],
    ['AnswerLatency', 'AWS/SageMaker', 'ModelLatency', 'p95', 55_000_000],
    ['JobsFailed', 'Throughline/prod', 'JobsFailed', 'Sum', 3],
    ['JobDuration', 'Throughline/prod', 'JobDuration', 'p95', 120_000],
    ['QueueAge', 'Throughline/prod', 'QueueAge', 'Maximum', 60],
    ['DeadLetters', 'Throughline/prod', 'DeadLetters', 'Maximum', 1],
    ['DeliveryFailures', 'Throughline/prod', 'DeliveryFailures', 'Sum', 20],
    ['NoSignOfLife', 'Throughline/prod', 'QueueDepth', 'SampleCount', 0],
  ]);
});

test('a metric of the containers has no dimension, one of the platform the endpoint and its variant', () => {
  for (const { environment, endpoint } of everywhere) {
    for (const { Properties: alarm } of all(endpoint, 'AWS::CloudWatch::Alarm')) {
      const dimensions = alarm.Namespace.startsWith('Throughline/')
        ? undefined
        : [{ Name: 'EndpointName', Value: `throughline-${environment.name}` }, { Name: 'VariantName', Value: 'AllTraffic' }];
      assert.deepEqual(alarm.Dimensions, dimensions, alarm.AlarmName);
      assert.equal(alarm.Period, 5 * minutes);
      assert.ok(alarm.AlarmDescription.length > 20);
    }
  }
});

test('the namespace that is watched is the one that the containers are told to use', () => {
  for (const { environment, endpoint } of everywhere) {
    const said = JSON.stringify(only(endpoint, 'AWS::SageMaker::Model').Properties).match(/"THROUGHLINE_TELEMETRY__EMF_NAMESPACE":"([^"]*)"/)?.[1];
    assert.equal(said, `Throughline/${environment.name}`);
    const page = plain(only(endpoint, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    const watched = all(endpoint, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.Namespace);
    const namespaces = new Set([...watched, ...[...page.matchAll(/\["([^"]+)","[A-Z]/g)].map(([, namespace]) => namespace)]);
    assert.deepEqual([...namespaces].sort(), ['/aws/sagemaker/Endpoints', 'AWS/SageMaker', said]);
  }
});

test('silence raises the one alarm that is about silence, and no other', () => {
  for (const { endpoint } of everywhere) {
    for (const { Properties: alarm } of all(endpoint, 'AWS::CloudWatch::Alarm')) {
      const silent = alarm.AlarmName.endsWith('NoSignOfLife');
      assert.equal(alarm.TreatMissingData, silent ? 'breaching' : 'notBreaching', alarm.AlarmName);
      assert.equal(alarm.ComparisonOperator, silent ? 'LessThanOrEqualToThreshold' : 'GreaterThanOrEqualToThreshold');
      assert.equal(alarm.EvaluationPeriods, silent ? 3 : 1);
    }
  }
});

test('alarms tell when they begin and end, over a topic that is encrypted and that they may speak on', () => {
  for (const { environment, endpoint } of everywhere) {
    const [topic] = Object.entries(endpoint.Resources).find(([, { Type }]) => Type === 'AWS::SNS::Topic') ?? assert.fail('no topic');
    for (const { Properties: alarm } of all(endpoint, 'AWS::CloudWatch::Alarm')) {
      assert.deepEqual([alarm.AlarmActions, alarm.OKActions], [[{ Ref: topic }], [{ Ref: topic }]]);
    }
    assert.equal(plain(only(endpoint, 'AWS::SNS::Topic').Properties.KmsMasterKeyId), `<throughline-${environment.name}:KeyArn>`);
    const [refused, allowed, ...more] = only(endpoint, 'AWS::SNS::TopicPolicy').Properties.PolicyDocument.Statement;
    assert.deepEqual([refused.Effect, refused.Condition], ['Deny', { Bool: { 'aws:SecureTransport': 'false' } }]);
    assert.deepEqual([allowed.Effect, allowed.Action, allowed.Principal.Service], ['Allow', 'sns:Publish', 'cloudwatch.amazonaws.com']);
    assert.equal(plain(allowed.Condition.StringEquals['aws:SourceAccount']), '<AWS::AccountId>');
    assert.deepEqual(more, []);
  }
});

test('an address that is known is told; else the template asks, and empty means nobody', () => {
  const asking = synthesise(environments.dev).endpoint;
  assert.equal(asking.Parameters?.['AlarmEmail']?.Default, '');
  assert.equal(plain(only(asking, 'AWS::SNS::Subscription').Properties.Endpoint), '<AlarmEmail>');
  assert.ok('Condition' in only(asking, 'AWS::SNS::Subscription'));
  const known = synthesise({ ...environments.dev, alarmEmail: 'ops@example.com' }).endpoint;
  assert.equal(known.Parameters?.['AlarmEmail'], undefined);
  assert.equal(only(known, 'AWS::SNS::Subscription').Properties.Endpoint, 'ops@example.com');
});

test('the page shows every metric that is watched', () => {
  for (const { endpoint } of everywhere) {
    const page = JSON.parse(plain(only(endpoint, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody));
    const shown = JSON.stringify(page);
    for (const { Properties: alarm } of all(endpoint, 'AWS::CloudWatch::Alarm')) {
      assert.ok(shown.includes(`"${alarm.Namespace}","${alarm.MetricName}"`) || alarm.MetricName === 'InvocationModelErrors', alarm.MetricName);
    }
    assert.equal(page.widgets.length, 10);
  }
});
