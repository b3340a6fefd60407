import { Aws, CfnCondition, CfnParameter, Fn } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Environment } from './environment';
import { platform, told } from './metrics';
import { nameOf } from './names';

interface Watched {
  readonly metric: cloudwatch.Metric;
  /** Raised at this value, and above. */
  readonly at: number;
  /** What somebody who is woken by it needs to know. */
  readonly means: string;
  /** For how many periods of five minutes it must last; one if absent. */
  readonly lasting?: number;
  /** Whether silence is bad news. */
  readonly silenceIsBad?: boolean;
}

/** Tells a person when the promise is not kept. */
export class Alarms extends Construct {
  readonly topic: sns.Topic;
  readonly all: readonly cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, environment: Environment, key: kms.IKey) {
    super(scope, id);
    this.topic = this.speaker(environment, key);
    this.subscribe(environment.alarmEmail);
    this.all = Object.entries(watchedOf(environment)).map(([name, watched]) => this.raise(environment, name, watched));
  }

  /** A policy of one's own replaces the one under which alarms may speak, so they are let in by name. */
  private speaker(environment: Environment, masterKey: kms.IKey): sns.Topic {
    const topic = new sns.Topic(this, 'Topic', { displayName: nameOf(environment), masterKey, enforceSSL: true });
    topic.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }));
    return topic;
  }

  private subscribe(known: string | undefined): void {
    const subscription = new sns.CfnSubscription(this, 'Email', { protocol: 'email', topicArn: this.topic.topicArn });
    if (known !== undefined) {
      subscription.endpoint = known;
      return;
    }
    const parameter = new CfnParameter(this, 'AlarmEmail', {
      description: 'Who is told of alarms; empty for nobody yet',
      default: '',
      allowedPattern: '^(\\S+@\\S+)?$',
      constraintDescription: 'must be an address or empty',
    });
    parameter.overrideLogicalId('AlarmEmail');
    const given = new CfnCondition(this, 'Told', { expression: Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, '')) });
    subscription.endpoint = parameter.valueAsString;
    subscription.cfnOptions.condition = given;
  }

  private raise(environment: Environment, name: string, { metric, at, means, lasting = 1, silenceIsBad = false }: Watched): cloudwatch.Alarm {
    const alarm = new cloudwatch.Alarm(this, name, {
      alarmName: `${nameOf(environment)}-${name}`,
      alarmDescription: means,
      metric,
      threshold: at,
      comparisonOperator: silenceIsBad
        ? cloudwatch.ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: lasting,
      treatMissingData: silenceIsBad ? cloudwatch.TreatMissingData.BREACHING : cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    return alarm;
  }
}

function watchedOf(environment: Environment): Record<string, Watched> {
  const { thresholds } = environment;
  return {
    PlatformErrors: {
      metric: platform(environment, 'Invocation5XXErrors', 'Sum'),
      at: thresholds.platformErrors,
      means: 'The endpoint answers with 5xx: read the log group for the request ids',
    },
    ModelErrors: {
      metric: platform(environment, 'InvocationModelErrors', 'Sum'),
      at: thresholds.modelErrors,
      means: 'Many requests are refused or fail; the code is in OriginalMessage of the callers errors',
    },
    AnswerLatency: {
      metric: platform(environment, 'ModelLatency', 'p95'),
      // CloudWatch has this one in microseconds.
      at: thresholds.answerSeconds * 1_000_000,
      means: 'Requests are answered late; at 60 s the platform cuts them',
    },
    JobsFailed: {
      metric: told(environment, 'JobsFailed', 'Sum'),
      at: thresholds.jobsFailed,
      means: 'Jobs fail: ask for one with op status, error.code says why',
    },
    JobDuration: {
      metric: told(environment, 'JobDuration', 'p95'),
      at: thresholds.jobSeconds * 1000,
      means: 'Jobs take longer than was promised: the timeline of one, or its trace in X-Ray, says where',
    },
    QueueAge: {
      metric: told(environment, 'QueueAge', 'Maximum'),
      at: thresholds.queueSeconds,
      means: 'Jobs wait for a worker: raise instanceCount, or see what holds the running ones',
    },
    DeadLetters: {
      metric: told(environment, 'DeadLetters', 'Maximum'),
      at: 1,
      means: 'Results were given up on after every try: mend the receiver, then replay them',
    },
    DeliveryFailures: {
      metric: told(environment, 'DeliveryFailures', 'Sum'),
      at: thresholds.deliveryFailures,
      means: 'Webhooks do not get through; each is tried again for hours',
    },
    NoSignOfLife: {
      metric: told(environment, 'QueueDepth', 'SampleCount'),
      at: 0,
      lasting: 3,
      silenceIsBad: true,
      means: 'No container has told its metrics for a quarter of an hour: it does not run, or its output is not read',
    },
  };
}
