import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Environment } from './environment';
import { nameOf, namespaceOf } from './names';

/** The one variant of the endpoint. */
export const variant = 'AllTraffic';

/** Over how long alarms and graphs count. */
export const period = Duration.minutes(5);

/** What the containers themselves tell, as lines of their output. */
export type Told =
  | 'JobsAccepted'
  | 'JobsSucceeded'
  | 'JobsFailed'
  | 'JobDuration'
  | 'QueueDepth'
  | 'QueueAge'
  | 'DeadLetters'
  | 'DeliveryFailures'
  | 'RequestErrors'
  | 'InputTokens'
  | 'OutputTokens'
  | 'CostUsd';

/** What the platform tells of every endpoint. */
export type Platform = 'Invocations' | 'Invocation4XXErrors' | 'Invocation5XXErrors' | 'InvocationModelErrors' | 'ModelLatency' | 'OverheadLatency';

/** A metric of the containers. */
export function told(environment: Environment, metricName: Told, statistic: string): Metric {
  return new Metric({ namespace: namespaceOf(environment), metricName, statistic, period });
}

/** A metric of the endpoint. Its latencies are in microseconds. */
export function platform(environment: Environment, metricName: Platform, statistic: string): Metric {
  return new Metric({ namespace: 'AWS/SageMaker', metricName, statistic, period, dimensionsMap: dimensions(environment) });
}

/** A metric of the endpoint's instances, in percent of one processor or of the memory. */
export function instances(environment: Environment, metricName: 'CPUUtilization' | 'MemoryUtilization'): Metric {
  return new Metric({ namespace: '/aws/sagemaker/Endpoints', metricName, statistic: 'Maximum', period, dimensionsMap: dimensions(environment) });
}

function dimensions(environment: Environment): Record<string, string> {
  return { EndpointName: nameOf(environment), VariantName: variant };
}
