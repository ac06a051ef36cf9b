import type { Extension } from '@coog/cli';

/**
 * Registers Jaeger and sends everybody's traces to it; it takes part while ENABLE_JAEGER is on, and a value of the user's
 * wins.
 */
export default function register(): Promise<Extension> {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>=0.1.0 <1',
    enabledBy: 'ENABLE_JAEGER',
    fragments: 'compose',
    variables: 'variables.yml',
    defaults: 'defaults',
    values: {
      OPEN_TELEMETRY_TRACING_ENABLED: '1',
      OPEN_TELEMETRY_TRACING_URL: 'http://jaeger:4318/v1/traces',
      OPEN_TELEMETRY_TRACING_PROXY: '1',
    },
  });
}
