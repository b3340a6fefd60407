import { App, DefaultStackSynthesizer, StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Endpoint } from './endpoint';
import { check, Environment } from './environment';
import { Foundation } from './foundation';
import { nameOf } from './names';

export interface Options {
  /** The digest of the image to run. */
  readonly imageDigest?: string | undefined;
  /** Whether the templates may be deployed to any region, rather than to the environment's own. */
  readonly portable?: boolean;
}

/** Adds the two stacks of an environment: what stays, and what runs on it. */
export function stand(app: App, environment: Environment, { imageDigest, portable = false }: Options = {}): { foundation: Foundation; endpoint: Endpoint } {
  check(environment);
  const props = (): StackProps => ({
    analyticsReporting: false,
    terminationProtection: environment.keep,
    // Nothing here is uploaded beside the template, so an account need not be bootstrapped to deploy it by hand.
    synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
    ...(portable ? {} : { env: { region: environment.region } }),
  });
  const foundation = new Foundation(app, `${nameOf(environment)}-foundation`, environment, props());
  const endpoint = new Endpoint(app, nameOf(environment), environment, { ...props(), imageDigest });
  endpoint.addStackDependency(foundation);
  return { foundation, endpoint };
}

/** Holds everything in the application against the AwsSolutions rules: synthesis fails where one is broken. */
export function examine(app: App): App {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
