/** Values that no template can express. Each takes the look-up of final values. */
const computations: Record<string, (value: (name: string) => string) => string> = {
  /** `:8081` when the entry point of the scheme is not on the scheme's own port, else nothing. */
  'base-url-port': (value) => {
    const https = value('MAIN_URL_SCHEME') === 'https';
    const port = value(https ? 'TRAEFIK_HTTPS_PORT' : 'TRAEFIK_HTTP_PORT');
    return port === '' || port === (https ? '443' : '80') ? '' : `:${port}`;
  },
};

export function computed(kind: string, value: (name: string) => string): string {
  return computations[kind]?.(value) ?? '';
}
