import { CfnModel } from 'aws-cdk-lib/aws-sagemaker';
import { Environment } from './environment';
import { namespaceOf } from './names';

/** The containers of mode `direct`, by the name that callers put into TargetContainerHostname. */
export const roles = {
  gateway: 'gateway,jobs',
  retrieval: 'retrieval',
  rerank: 'rerank',
  generation: 'generation',
} as const;

/** What a container is made from. */
export interface Made {
  readonly image: string;
  readonly secretArn: string;
  readonly region: string;
}

/** The model's containers: one with all roles, or one for each. */
export function containersOf(environment: Environment, made: Made): Partial<CfnModelContainers> {
  const shared = variablesOf(environment, made);
  if (environment.mode === 'single') {
    return { primaryContainer: { image: made.image, environment: shared } };
  }
  return {
    containers: Object.entries(roles).map(([containerHostname, THROUGHLINE_ROLES]) => ({
      containerHostname,
      image: made.image,
      environment: { ...shared, THROUGHLINE_ROLES },
    })),
    inferenceExecutionConfig: { mode: 'Direct' },
  };
}

interface CfnModelContainers {
  primaryContainer: CfnModel.ContainerDefinitionProperty;
  containers: CfnModel.ContainerDefinitionProperty[];
  inferenceExecutionConfig: CfnModel.InferenceExecutionConfigProperty;
}

/** The environment variables: where secrets are, and never what they are. */
function variablesOf(environment: Environment, { secretArn, region }: Made): Record<string, string> {
  return {
    AWS_REGION: region,
    THROUGHLINE_GATEWAY__AUTH: 'platform',
    THROUGHLINE_SECRETS__BUNDLE: secretArn,
    THROUGHLINE_LOG__FORMAT: 'json',
    THROUGHLINE_TELEMETRY__EXPORTERS: 'xray',
    THROUGHLINE_TELEMETRY__EMF: 'true',
    THROUGHLINE_TELEMETRY__EMF_NAMESPACE: namespaceOf(environment),
    OPENAI_MODEL: environment.chatModel,
    OPENAI_EMBEDDING_MODEL: environment.embeddingModel,
    ...(environment.supabaseTable === undefined ? {} : { THROUGHLINE_RETRIEVAL__SUPABASE__TABLE: environment.supabaseTable }),
    ...(environment.pooler === 'none' ? {} : { THROUGHLINE_DATABASE__POOLER: environment.pooler }),
    ...(environment.database === 'ephemeral' ? { THROUGHLINE_DATABASE__EPHEMERAL: 'accepted' } : {}),
  };
}
