import type { Extension } from '@coog/cli';

/** Registers the stand-ins; they take part while ENABLE_DEMO is on. */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>=0.1.0 <1',
    enabledBy: 'ENABLE_DEMO',
    variables: 'variables.yml',
  });
}
