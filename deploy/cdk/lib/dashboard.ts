import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Environment } from './environment';
import { instances, platform, told } from './metrics';
import { nameOf } from './names';

/** One page that says whether it works: requests, jobs, deliveries, money. */
export function dashboard(scope: Construct, environment: Environment, alarms: readonly cloudwatch.Alarm[]): cloudwatch.Dashboard {
  const page = new cloudwatch.Dashboard(scope, 'Dashboard', { dashboardName: nameOf(environment) });
  page.addWidgets(new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 3 }));
  page.addWidgets(
    graph('Requests', [
      platform(environment, 'Invocations', 'Sum'),
      platform(environment, 'Invocation4XXErrors', 'Sum'),
      platform(environment, 'Invocation5XXErrors', 'Sum'),
      told(environment, 'RequestErrors', 'Sum'),
    ]),
    graph('Answered within (microseconds)', [
      platform(environment, 'ModelLatency', 'p50'),
      platform(environment, 'ModelLatency', 'p95'),
      platform(environment, 'OverheadLatency', 'p95'),
    ]),
    graph('Instances (%)', [instances(environment, 'CPUUtilization'), instances(environment, 'MemoryUtilization')]),
  );
  page.addWidgets(
    graph('Jobs', [
      told(environment, 'JobsAccepted', 'Sum'),
      told(environment, 'JobsSucceeded', 'Sum'),
      told(environment, 'JobsFailed', 'Sum'),
    ]),
    graph('From accepted to ended (ms)', ['p50', 'p95', 'p99'].map((statistic) => told(environment, 'JobDuration', statistic))),
    graph('Queue', [told(environment, 'QueueDepth', 'Maximum'), told(environment, 'QueueAge', 'Maximum')]),
  );
  page.addWidgets(
    graph('Deliveries', [told(environment, 'DeliveryFailures', 'Sum'), told(environment, 'DeadLetters', 'Maximum')]),
    graph('Tokens', [told(environment, 'InputTokens', 'Sum'), told(environment, 'OutputTokens', 'Sum')]),
    graph('Cost (US dollars)', [told(environment, 'CostUsd', 'Sum')]),
  );
  return page;
}

function graph(title: string, left: cloudwatch.IMetric[]): cloudwatch.GraphWidget {
  return new cloudwatch.GraphWidget({ title, left, width: 8, height: 6, leftYAxis: { min: 0 } });
}
