// What the SageMaker API takes: copied from the service model `sagemaker` 2017-07-24 of botocore 1.43.11, since neither
// CloudFormation nor its linter refuses a type that cannot host before the endpoint fails, minutes later.

/** The members of `ProductionVariantInstanceType`, by family. */
const sizes = {
  't2': 'medium large xlarge 2xlarge',
  'm4': 'xlarge 2xlarge 4xlarge 10xlarge 16xlarge',
  'm5': 'large xlarge 2xlarge 4xlarge 12xlarge 24xlarge',
  'm5d': 'large xlarge 2xlarge 4xlarge 12xlarge 24xlarge',
  'c4': 'large xlarge 2xlarge 4xlarge 8xlarge',
  'p2': 'xlarge 8xlarge 16xlarge',
  'p3': '2xlarge 8xlarge 16xlarge',
  'c5': 'large xlarge 2xlarge 4xlarge 9xlarge 18xlarge',
  'c5d': 'large xlarge 2xlarge 4xlarge 9xlarge 18xlarge',
  'g4dn': 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'r5': 'large xlarge 2xlarge 4xlarge 12xlarge 24xlarge',
  'r5d': 'large xlarge 2xlarge 4xlarge 12xlarge 24xlarge',
  'inf1': 'xlarge 2xlarge 6xlarge 24xlarge',
  'dl1': '24xlarge',
  'c6i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge',
  'm6i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge',
  'r6i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge',
  'g5': 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'g6': 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'r8g': 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'g6e': 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'g7e': '2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge',
  'p4d': '24xlarge',
  'c7g': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'm6g': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'm6gd': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'c6g': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'c6gd': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'c6gn': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'r6g': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'r6gd': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'p4de': '24xlarge',
  'trn1': '2xlarge 32xlarge',
  'trn1n': '32xlarge',
  'trn2': '48xlarge',
  'inf2': 'xlarge 8xlarge 24xlarge 48xlarge',
  'p5': '48xlarge 4xlarge',
  'p5e': '48xlarge',
  'p5en': '48xlarge',
  'm7i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'c7i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'r7i': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'c8g': 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'r7gd': 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge',
  'm8g': 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge',
  'c6in': 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge',
  'p6-b200': '48xlarge',
  'p6-b300': '48xlarge',
  'p6e-gb200': '36xlarge',
} as const;

type Word<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Word<Rest> : Text;

/** An instance type that can host a real-time endpoint; the compiler refuses `t3.medium` and `ml.t3.medium`. */
export type HostingType = {
  [Family in keyof typeof sizes]: `ml.${Family}.${Word<(typeof sizes)[Family]>}`;
}[keyof typeof sizes];

/** All of them. */
export const hostingTypes: ReadonlySet<string> = new Set(
  Object.entries(sizes).flatMap(([family, words]) => words.split(' ').map((size) => `ml.${family}.${size}`)),
);

/** What the API holds a model, an endpoint configuration and an endpoint against. */
export const limits = {
  /** Names of endpoints and variants, and host names of containers. */
  name: /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/,
  /** `EnvironmentMap`. */
  environmentEntries: 100,
  environmentKey: /^[a-zA-Z_][a-zA-Z0-9_]{0,1023}$/,
  environmentValue: 1024,
  /** Of all containers of one model together, in bytes. */
  environmentTotal: 32 * 1024,
  image: 255,
  containers: { least: 2, most: 15 },
  subnets: 16,
  securityGroups: 5,
  /** `ContainerStartupHealthCheckTimeoutInSeconds`. */
  startup: { least: 60, most: 3600 },
  /** The largest template that CloudFormation takes without a bucket. */
  template: 51_200,
} as const;
