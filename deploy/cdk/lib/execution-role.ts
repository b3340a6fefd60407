import { Aws, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IConstruct } from 'constructs';
import { Environment } from './environment';
import { logGroupOf, Shared } from './names';

/** What the containers, and SageMaker on their behalf, may do: named actions on named resources. */
export class ExecutionRole extends iam.Role {
  /** What starts with the role must wait for it to be allowed anything. */
  readonly permissions: IConstruct;

  constructor(scope: Construct, id: string, environment: Environment, shared: Shared, repository: ecr.IRepository) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com'),
      description: `Throughline ${environment.name}: its containers`,
    });
    repository.grantPull(this);
    for (const statement of [...secrets(shared), ...telemetry(environment), ...network(shared)]) {
      this.addToPrincipalPolicy(statement);
    }
    this.permissions = this.node.findChild('DefaultPolicy');
    this.explain(environment);
  }

  private explain(environment: Environment): void {
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions::AwsSolutions-IAM5[Resource::*]',
        reason: 'These actions know no resource: ecr:GetAuthorizationToken, xray:Put*, cloudwatch:PutMetricData (held to one namespace) and ec2:Describe*.',
      },
      {
        id: `AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${logGroupOf(environment)}:*]`,
        reason: 'The log streams of one group: SageMaker names them after its instances.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ec2:<AWS::Region>:<AWS::AccountId>:network-interface/*]',
        reason: 'SageMaker makes the interfaces as instances start; their names are not known before.',
      },
    );
  }
}

function secrets({ SecretArn, KeyArn }: Shared): iam.PolicyStatement[] {
  return [
    allow('ReadSecret', ['secretsmanager:GetSecretValue'], [SecretArn]),
    allow('OpenSecret', ['kms:Decrypt'], [KeyArn], {
      StringEquals: { 'kms:ViaService': `secretsmanager.${Aws.REGION}.amazonaws.com` },
    }),
    // For the instances' disks, which the platform encrypts on behalf of this role.
    allow('EncryptDisks', ['kms:CreateGrant'], [KeyArn], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
  ];
}

function telemetry(environment: Environment): iam.PolicyStatement[] {
  const group = arn('logs', `log-group:${logGroupOf(environment)}`);
  return [
    allow('WriteLogs', ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'], [group, `${group}:*`]),
    allow('WriteSpans', ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
    // The platform's figures of processors and memory; ours go through the logs.
    allow('WriteMetrics', ['cloudwatch:PutMetricData'], ['*'], {
      StringEquals: { 'cloudwatch:namespace': '/aws/sagemaker/Endpoints' },
    }),
  ];
}

function network({ PrivateSubnet1, PrivateSubnet2, SecurityGroup }: Shared): iam.PolicyStatement[] {
  const interfaces = arn('ec2', 'network-interface/*');
  const subnets = [PrivateSubnet1, PrivateSubnet2].map((subnet) => arn('ec2', `subnet/${subnet}`));
  const group = arn('ec2', `security-group/${SecurityGroup}`);
  return [
    allow('EnterNetwork', ['ec2:CreateNetworkInterface'], [interfaces, ...subnets, group]),
    allow('UseInterfaces', ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'], [interfaces]),
    allow('SeeNetwork', ['ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'], ['*']),
  ];
}

function arn(service: string, resource: string): string {
  return `arn:${Aws.PARTITION}:${service}:${Aws.REGION}:${Aws.ACCOUNT_ID}:${resource}`;
}

function allow(sid: string, actions: string[], resources: string[], conditions?: Record<string, Record<string, string>>): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, actions, resources, ...(conditions && { conditions }) });
}
