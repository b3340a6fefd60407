import { CfnOutput, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { Environment, InterfaceEndpoint } from './environment';

/** What a container may reach: HTTPS, Postgres, and Supabase's pooler. */
const ports = [
  [443, 'OpenAI, Cohere, webhooks, AWS'],
  [5432, 'Postgres'],
  [6543, 'Supabase pooler in transaction mode'],
] as const;

const services: Record<InterfaceEndpoint, ec2.InterfaceVpcEndpointAwsService> = {
  secretsmanager: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  xray: ec2.InterfaceVpcEndpointAwsService.XRAY,
};

/**
 * Private subnets in two zones whose way out has fixed addresses, so that Supabase and n8n can name them in their allow lists.
 *
 * Nothing comes in: SageMaker hands requests to its instances outside of this network.
 */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  readonly securityGroup: ec2.SecurityGroup;
  /** The public addresses that containers come from. */
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    const fixed = Array.from({ length: environment.natGateways }, (_, index) => new ec2.CfnEIP(this, `Address${index + 1}`, { domain: 'vpc' }));
    this.addresses = fixed.map((address) => address.ref);
    this.vpc = this.build(environment, fixed.map((address) => address.attrAllocationId));
    this.securityGroup = this.guard();
    this.log(environment);
    for (const name of environment.interfaceEndpoints) {
      this.open(name);
    }
    this.tell();
  }

  private build(environment: Environment, eipAllocationIds: string[]): ec2.Vpc {
    return new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr('10.71.0.0/16'),
      maxAzs: 2,
      natGateways: environment.natGateways,
      natGatewayProvider: ec2.NatProvider.gateway({ eipAllocationIds }),
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      // Free, and keeps what goes to S3 off the NAT gateway, which takes money per gigabyte.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      // Would bring a Lambda function of its own; nothing here is in the default group.
      restrictDefaultSecurityGroup: false,
    });
  }

  private guard(): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Containers', {
      vpc: this.vpc,
      description: 'Throughline containers: nothing in; HTTPS and Postgres out',
      allowAllOutbound: false,
    });
    for (const [port, reason] of ports) {
      group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), reason);
    }
    return group;
  }

  /** What the security group refuses is kept: it tells when a provider moved to another port. */
  private log(environment: Environment): void {
    const group = new logs.LogGroup(this, 'Refused', {
      retention: environment.retention,
      removalPolicy: environment.keep ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    this.vpc.addFlowLog('FlowLog', {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(group),
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
  }

  private open(name: InterfaceEndpoint): void {
    const endpoint = this.vpc.addInterfaceEndpoint(name, { service: services[name], open: false });
    endpoint.connections.allowDefaultPortFrom(this.securityGroup);
  }

  private tell(): void {
    new CfnOutput(this, 'Addresses', {
      description: 'The addresses that containers call from, for the allow lists of Supabase and n8n',
      value: Fn.join(',', [...this.addresses]),
    }).overrideLogicalId('Addresses');
  }
}
