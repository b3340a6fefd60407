import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Environment, Thresholds } from './environment';

// The one file to change. Then `make synth`, and commit `deploy/cfn` with it.

// Why this type everywhere: a job waits for models far more than it computes, and a hundred of them fit in 128 MB, so two
// processors and 4 GiB are plenty. It is the least dear of those that compute all day: ml.t2 runs out of its credits under
// load and then misses the two seconds that the platform gives /ping, and ml.t3 cannot host endpoints at all.
const instanceType = 'ml.c6i.large';

const thresholds: Thresholds = {
  platformErrors: 1,
  modelErrors: 20,
  // The platform cuts at 60 s and the gateway answers by 55 s. Lower it where no caller waits for jobs.
  answerSeconds: 55,
  jobsFailed: 3,
  // What was promised for a proposal.
  jobSeconds: 120,
  queueSeconds: 60,
  deliveryFailures: 20,
};

const dev: Environment = {
  name: 'dev',
  region: 'eu-central-1',
  mode: 'single',
  instanceType,
  instanceCount: 1,
  database: 'postgres',
  pooler: 'none',
  natGateways: 1,
  // Each costs about as much as a fifth of a NAT gateway, per zone; what they would carry is a few secrets and spans.
  interfaceEndpoints: [],
  retention: RetentionDays.ONE_WEEK,
  keep: false,
  chatModel: 'gpt-4.1-mini',
  embeddingModel: 'text-embedding-3-small',
  thresholds,
};

const staging: Environment = { ...dev, name: 'staging', retention: RetentionDays.ONE_MONTH };

const prod: Environment = {
  ...dev,
  name: 'prod',
  // Two instances and two NAT gateways: one of each in each zone.
  instanceCount: 2,
  natGateways: 2,
  retention: RetentionDays.THREE_MONTHS,
  keep: true,
};

/** Where Throughline runs. */
export const environments = { dev, staging, prod } as const;
