import { Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { HostingType, hostingTypes, limits } from './hosting';

/** One place to run in: what differs between `dev`, `staging` and `prod`. */
export interface Environment {
  /** Part of every name: the endpoint is `throughline-<name>`. */
  readonly name: string;
  readonly region: string;
  /** `single`: one container with all roles. `direct`: a container per role, each callable by its name. */
  readonly mode: 'single' | 'direct';
  readonly instanceType: HostingType;
  /** Instances are spread over two availability zones; with two, the loss of one zone stops nobody. */
  readonly instanceCount: number;
  /** `postgres`: DATABASE_URL of the secret. `ephemeral`: in the container, lost with it; for one instance of `single` only. */
  readonly database: 'postgres' | 'ephemeral';
  /** `transaction` where DATABASE_URL goes through a pooler that changes the server with every transaction, as Supabase's on port 6543. */
  readonly pooler: 'none' | 'transaction';
  /** A NAT gateway per zone costs twice as much and survives the loss of a zone. */
  readonly natGateways: 1 | 2;
  /** AWS services that are reached without the NAT gateway, at a price per hour and zone. */
  readonly interfaceEndpoints: readonly InterfaceEndpoint[];
  /** How long logs are kept. */
  readonly retention: RetentionDays;
  /** Whether repository, secret, key and logs outlive their stack, and the stacks refuse to be deleted. */
  readonly keep: boolean;
  /** The vecs table in Supabase; not needed where there is exactly one. */
  readonly supabaseTable?: string;
  readonly chatModel: string;
  /** Must be the model that the table was embedded with. */
  readonly embeddingModel: string;
  /** Who is told of alarms. Without it the template asks by its parameter `AlarmEmail`. */
  readonly alarmEmail?: string;
  readonly thresholds: Thresholds;
}

export type InterfaceEndpoint = 'secretsmanager' | 'xray';

/** From where on an alarm is raised; counts are per five minutes. */
export interface Thresholds {
  /** Answers with 5xx that the platform counted. */
  readonly platformErrors: number;
  /** Requests that the container did not answer with 2xx; a caller's bad input counts, too. */
  readonly modelErrors: number;
  /** The 95th percentile of answering a request, which a caller that waits for the job prolongs. */
  readonly answerSeconds: number;
  readonly jobsFailed: number;
  /** The 95th percentile from accepting a job to its end. */
  readonly jobSeconds: number;
  /** How long the oldest job has been waiting for a worker. */
  readonly queueSeconds: number;
  /** Attempts to deliver that failed; each is tried again. */
  readonly deliveryFailures: number;
}

/** Throws with everything that is wrong, before anything is synthesised. */
export function check(environment: Environment): void {
  const wrong = [...wrongInstances(environment), ...wrongPlaces(environment), ...wrongThresholds(environment.thresholds)];
  if (wrong.length > 0) {
    throw new Error(`environment ${environment.name}: ${wrong.join('; ')}`);
  }
}

function* wrongInstances({ instanceType, instanceCount, natGateways, keep }: Environment): Generator<string> {
  const family = instanceType.split('.')[1] ?? '';
  if (!hostingTypes.has(instanceType)) {
    yield `instanceType '${instanceType}' cannot host a real-time endpoint (there is no ml.t3): take one of lib/hosting.ts, such as ml.c6i.large`;
  } else if (/^[cmr]\d+g|gb200/.test(family)) {
    yield `instanceType '${instanceType}' has an ARM processor and the image is built for x86-64: take one such as ml.c6i.large`;
  } else if (!/^(t2|[cmr]\d+i?n?)$/.test(family)) {
    yield `instanceType '${instanceType}' has a local disk or an accelerator, which take no encryption key of ours and bring nothing here: take one such as ml.c6i.large`;
  }
  if (!Number.isInteger(instanceCount) || instanceCount < 1) {
    yield `instanceCount ${instanceCount} is no number of instances: give at least 1`;
  }
  if (keep && (instanceCount < 2 || natGateways < 2)) {
    yield 'an environment that is to be kept needs instanceCount and natGateways of 2, one for each zone';
  }
}

function* wrongPlaces({ name, region, mode, database, instanceCount, supabaseTable, alarmEmail }: Environment): Generator<string> {
  if (!limits.name.test(`throughline-${name}`) || !/^[a-z0-9-]+$/.test(name)) {
    yield `name '${name}' is no part of an endpoint's name: lower-case letters, digits and inner hyphens`;
  }
  if (!Token.isUnresolved(region) && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    yield `region '${region}' is none: give one such as eu-central-1`;
  }
  if (database === 'ephemeral' && (mode !== 'single' || instanceCount !== 1)) {
    yield 'database ephemeral is for one instance of mode single, since others could not see its jobs: set database to postgres';
  }
  if (supabaseTable !== undefined && (supabaseTable === '' || Buffer.byteLength(supabaseTable) > 63)) {
    yield 'supabaseTable is no name of a table: leave it out to have the one table of the schema vecs found';
  }
  if (alarmEmail !== undefined && !/^\S+@\S+$/.test(alarmEmail)) {
    yield `alarmEmail '${alarmEmail}' is no address: correct it or leave it out`;
  }
}

function* wrongThresholds(thresholds: Thresholds): Generator<string> {
  for (const [name, value] of Object.entries(thresholds)) {
    if (!(Number.isFinite(value) && value > 0)) {
      yield `thresholds.${name} is ${value}: give a number above 0`;
    }
  }
}
