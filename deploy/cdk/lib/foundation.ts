import { Aws, CfnOutput, Duration, RemovalPolicy, Stack, StackProps, Validations } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { Environment } from './environment';
import { members } from './members';
import { logGroupOf, nameOf, share } from './names';
import { Network } from './network';

/**
 * What must be there before a container can start, and stays while endpoints come and go: where the image lies, what it
 * must know, and the addresses it calls from.
 */
export class Foundation extends Stack {
  constructor(scope: Construct, id: string, environment: Environment, props: StackProps) {
    super(scope, id, { ...props, description: `Throughline ${environment.name}: repository, secret and network` });
    const removalPolicy = environment.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    const key = this.key(environment, removalPolicy);
    const repository = this.repository(environment, removalPolicy);
    const secret = this.secret(environment, key, removalPolicy);
    const network = new Network(this, 'Network', environment);
    const [first, second] = network.vpc.privateSubnets;
    if (first === undefined || second === undefined) {
      throw new Error('the network has fewer than two private subnets');
    }
    share(this, environment, {
      RepositoryArn: repository.repositoryArn,
      SecretArn: secret.ref,
      KeyArn: key.keyArn,
      PrivateSubnet1: first.subnetId,
      PrivateSubnet2: second.subnetId,
      SecurityGroup: network.securityGroup.securityGroupId,
    });
    this.tell(environment, repository, secret);
  }

  /** One key for the secret, the instances' disks, the logs and the alarms: who may use it may read all of them anyway. */
  private key(environment: Environment, removalPolicy: RemovalPolicy): kms.Key {
    const key = new kms.Key(this, 'Key', {
      alias: nameOf(environment),
      description: `Throughline ${environment.name}: secret, disks, logs, alarms`,
      enableKeyRotation: true,
      removalPolicy,
      pendingWindow: Duration.days(7),
    });
    const group = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:${logGroupOf(environment)}`;
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Logs',
      principals: [new iam.ServicePrincipal(`logs.${Aws.REGION}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': group } },
    }));
    key.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'Alarms',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }));
    return key;
  }

  private repository(environment: Environment, removalPolicy: RemovalPolicy): ecr.Repository {
    return new ecr.Repository(this, 'Repository', {
      repositoryName: nameOf(environment),
      imageScanOnPush: true,
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      lifecycleRules: [
        { description: 'What was never named', tagStatus: ecr.TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
        { description: 'Enough to go back to', maxImageCount: 50 },
      ],
      removalPolicy,
      emptyOnDelete: !environment.keep,
    });
  }

  /**
   * The secret is made without a value, on purpose: one that the template brings would be written again, over people's keys,
   * whenever the template's changes.
   */
  private secret(environment: Environment, key: kms.Key, removalPolicy: RemovalPolicy): secretsmanager.CfnSecret {
    const secret = new secretsmanager.CfnSecret(this, 'Secret', {
      name: nameOf(environment),
      description: `One JSON object with any of: ${members.map(({ name }) => name).join(', ')}`,
      kmsKeyId: key.keyArn,
    });
    secret.applyRemovalPolicy(removalPolicy);
    secret.addMetadata('Members', members.map(({ name }) => name));
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SMG4',
      reason: 'Its members are issued by others (OpenAI, Cohere, Supabase, n8n): no function of ours can renew them. A new value is put by hand and read by the containers without a restart.',
    });
    return secret;
  }

  private tell(environment: Environment, repository: ecr.Repository, secret: secretsmanager.CfnSecret): void {
    new CfnOutput(this, 'RepositoryUri', { value: repository.repositoryUri, description: 'Where to push the image' });
    new CfnOutput(this, 'SecretArn', { value: secret.ref, description: 'Where to put the keys' });
    new CfnOutput(this, 'PutSecret', {
      value: `aws secretsmanager put-secret-value --secret-id ${nameOf(environment)} --secret-string file://secret.json`,
      description: 'How to put them; secret.example.json beside the templates names them',
    });
  }
}
