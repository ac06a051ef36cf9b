import type { Extension } from '@coog/cli';

/** Registers the customer front end and back end: their fragments, variables and env files. */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>=0.1.0 <1',
    fragments: 'compose',
    variables: 'variables.yml',
    defaults: 'defaults',
  });
}
