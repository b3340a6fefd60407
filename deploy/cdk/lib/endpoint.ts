import { Aws, CfnOutput, RemovalPolicy, Stack, StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sagemaker from 'aws-cdk-lib/aws-sagemaker';
import { Construct } from 'constructs';
import { Alarms } from './alarms';
import { containersOf, roles } from './containers';
import { dashboard } from './dashboard';
import { Environment } from './environment';
import { ExecutionRole } from './execution-role';
import { imageOf } from './image';
import { variant } from './metrics';
import { logGroupOf, nameOf, Shared, sharedOf } from './names';

/** How long a container may take until /ping answers 200: it starts in seconds, a paused Supabase or Postgres in minutes. */
const startupSeconds = 300;

export interface EndpointProps extends StackProps {
  /** The digest of the image; the template asks for it where it is not known. */
  readonly imageDigest?: string | undefined;
}

/** What runs: the model, its endpoint, what it may do, and who is told when it does not. */
export class Endpoint extends Stack {
  constructor(scope: Construct, id: string, environment: Environment, { imageDigest, ...props }: EndpointProps) {
    super(scope, id, { ...props, description: `Throughline ${environment.name}: endpoint, mode ${environment.mode}` });
    const shared = sharedOf(environment);
    const key = kms.Key.fromKeyArn(this, 'Key', shared.KeyArn);
    const repository = ecr.Repository.fromRepositoryAttributes(this, 'Repository', {
      repositoryArn: shared.RepositoryArn,
      repositoryName: nameOf(environment),
    });
    const group = this.logs(environment, key);
    const role = new ExecutionRole(this, 'ExecutionRole', environment, shared, repository);
    const model = this.model(environment, shared, role, imageOf(this, repository, imageDigest));
    const endpoint = this.serve(environment, model, key);
    endpoint.node.addDependency(group);
    const alarms = new Alarms(this, 'Alarms', environment, key);
    dashboard(this, environment, alarms.all);
    this.tell(environment, endpoint, alarms);
  }

  /** Before the endpoint, which would otherwise make the group itself: readable by all keys, and kept for ever. */
  private logs(environment: Environment, encryptionKey: kms.IKey): logs.LogGroup {
    return new logs.LogGroup(this, 'Logs', {
      logGroupName: logGroupOf(environment),
      retention: environment.retention,
      encryptionKey,
      removalPolicy: environment.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
  }

  /** Nameless, as the configuration below: a change makes a new one, and the endpoint moves over to it. */
  private model(environment: Environment, shared: Shared, role: ExecutionRole, image: string): sagemaker.CfnModel {
    const model = new sagemaker.CfnModel(this, 'Model', {
      ...containersOf(environment, { image, secretArn: shared.SecretArn, region: Aws.REGION }),
      executionRoleArn: role.roleArn,
      vpcConfig: { subnets: [shared.PrivateSubnet1, shared.PrivateSubnet2], securityGroupIds: [shared.SecurityGroup] },
      // An isolated container could reach neither a model nor a webhook.
      enableNetworkIsolation: false,
    });
    model.node.addDependency(role.permissions);
    return model;
  }

  private serve(environment: Environment, model: sagemaker.CfnModel, key: kms.IKey): sagemaker.CfnEndpoint {
    const config = new sagemaker.CfnEndpointConfig(this, 'EndpointConfig', {
      kmsKeyId: key.keyArn,
      productionVariants: [{
        variantName: variant,
        modelName: model.attrModelName,
        instanceType: environment.instanceType,
        initialInstanceCount: environment.instanceCount,
        initialVariantWeight: 1,
        containerStartupHealthCheckTimeoutInSeconds: startupSeconds,
      }],
    });
    return new sagemaker.CfnEndpoint(this, 'Endpoint', {
      endpointName: nameOf(environment),
      endpointConfigName: config.attrEndpointConfigName,
    });
  }

  private tell(environment: Environment, endpoint: sagemaker.CfnEndpoint, alarms: Alarms): void {
    new CfnOutput(this, 'EndpointName', { value: endpoint.attrEndpointName, description: 'What callers name in InvokeEndpoint' });
    new CfnOutput(this, 'LogGroup', { value: logGroupOf(environment), description: 'What the containers say' });
    new CfnOutput(this, 'AlarmTopic', { value: alarms.topic.topicArn, description: 'Whom alarms tell' });
    this.permit(environment, 'InvokePolicy', 'gateway');
    if (environment.mode === 'direct') {
      this.permit(environment, 'RetrievalPolicy', 'retrieval');
    }
  }

  /** A policy to attach to whoever calls, such as the user whose keys n8n holds. */
  private permit(environment: Environment, id: string, container: keyof typeof roles): void {
    const policy = new iam.ManagedPolicy(this, id, {
      description: `May call ${nameOf(environment)}${environment.mode === 'direct' ? `, container ${container}` : ''}`,
      statements: [new iam.PolicyStatement({
        sid: 'Invoke',
        actions: ['sagemaker:InvokeEndpoint'],
        resources: [`arn:${Aws.PARTITION}:sagemaker:${Aws.REGION}:${Aws.ACCOUNT_ID}:endpoint/${nameOf(environment)}`],
        ...(environment.mode === 'direct' && { conditions: { StringEquals: { 'sagemaker:TargetContainerHostname': container } } }),
      })],
    });
    new CfnOutput(this, `${id}Arn`, { value: policy.managedPolicyArn, description: `For callers${environment.mode === 'direct' ? ` of ${container}` : ''}` });
  }
}
