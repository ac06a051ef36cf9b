import { isTrue } from './check.ts';

/** Values that no template can express. Each takes the look-up of final values. */
const computations: Record<string, (value: (name: string) => string) => string> = {
  /** `:8081` when the entry point of the scheme is not on the scheme's own port, else nothing. */
  'base-url-port': (value) => {
    const https = value('MAIN_URL_SCHEME') === 'https';
    const port = value(https ? 'TRAEFIK_HTTPS_PORT' : 'TRAEFIK_HTTP_PORT');
    return port === '' || port === (https ? '443' : '80') ? '' : `:${port}`;
  },
  /** With a filter, a volume that holds its socket under the name which Traefik looks for by itself. */
  'docker-mount': (value) =>
    isTrue(value('ENABLE_DOCKER_FILTER')) ? 'docker-api:/var/run' : '/var/run/docker.sock:/var/run/docker.sock:ro',
  'https-redirect': (value) =>
    value('MAIN_URL_SCHEME') === 'https' && isTrue(value('REDIRECT_TO_HTTPS')) ? `:${value('TRAEFIK_HTTPS_PORT')}` : '',
  'certificate-resolver': (value) => (isTrue(value('ENABLE_LETSENCRYPT')) ? 'letsencrypt' : ''),
  'proxy-tracing': (value) =>
    isTrue(value('OPEN_TELEMETRY_TRACING_ENABLED')) && isTrue(value('OPEN_TELEMETRY_TRACING_PROXY'))
      ? value('OPEN_TELEMETRY_TRACING_URL')
      : '',
};

export function computed(kind: string, value: (name: string) => string): string {
  return computations[kind]?.(value) ?? '';
}
