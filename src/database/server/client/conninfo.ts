import type { Near } from '../../client/index.ts';
import type { Server } from '../types.ts';

/** A value of a conninfo string: in quotes always, so that no name is taken for a parameter. */
const quoted = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export interface ConninfoOptions {
  /** Where the program runs: on this machine, or in a container near the server. */
  readonly at: Pick<Near, 'host' | 'port'>;
  readonly database: string;
  readonly applicationName: string;
  /** As server_version_num. */
  readonly serverVersion: number;
  /** Where the program finds the root certificate. */
  readonly rootCertificate?: string | undefined;
  /** See `ProgramOptions.settings`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

/**
 * How a client program finds its database; handed over as `--dbname`. Holds no password. A server that went away without a
 * word is noticed after a minute; a bundled one ends what it does for a client that went away.
 */
export function conninfo(server: Server, options: ConninfoOptions): string {
  const checks = options.serverVersion >= 140000 ? { client_connection_check_interval: '2000' } : {};
  // A pooler before a server of somebody else may refuse settings at the log-in.
  const settings = server.kind === 'bundled' ? { ...checks, ...options.settings } : {};
  const words = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  const parameters: Readonly<Record<string, string | undefined>> = {
    host: options.at.host,
    port: String(options.at.port),
    user: server.user,
    dbname: options.database,
    sslmode: server.tls.mode,
    sslrootcert: options.rootCertificate,
    application_name: options.applicationName,
    connect_timeout: '15',
    keepalives_idle: '30',
    keepalives_interval: '10',
    keepalives_count: '3',
    options: words.length > 0 ? words.join(' ') : undefined,
  };
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]))
    .join(' ');
}
