import type { Engine, TerminalResult } from '../../../engine/index.ts';
import { runInteractive } from '../../client/index.ts';
import type { Server } from '../types.ts';
import { conninfo } from './conninfo.ts';
import { passLine } from './passfile.ts';

const CERTIFICATE = '/coog/root.crt';

export interface PsqlOptions {
  readonly database: string;
  readonly args: readonly string[];
  readonly terminal: boolean;
  /** As server_version_num. */
  readonly serverVersion: number;
}

/** Runs psql on a server, on our own terminal, in a container of the project's image. */
export async function runPsql(server: Server, engine: Engine, options: PsqlOptions): Promise<TerminalResult> {
  const { database, args, terminal, serverVersion } = options;
  const { project, near, image, tls } = server;
  const rootCertificate = tls.rootCertificate === undefined ? undefined : CERTIFICATE;
  const dbname = conninfo(server, { at: near, database, applicationName: 'coog psql', serverVersion, rootCertificate });
  return runInteractive({
    engine,
    project,
    near,
    image,
    command: ['psql', `--dbname=${dbname}`, ...args],
    secret: { line: passLine(server.password()), variable: 'PGPASSFILE' },
    mounts: tls.rootCertificate === undefined ? {} : { [CERTIFICATE]: tls.rootCertificate },
    terminal,
  });
}
