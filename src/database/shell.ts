import { runCompose, type TerminalResult } from '../engine/index.ts';
import type { OperationContext } from '../operations/index.ts';
import { removeStaleClients } from './client/index.ts';
import { connect, runPsql } from './server/index.ts';
import { openTarget } from './target.ts';

export interface ShellOptions {
  readonly database: string | undefined;
  /** For psql. */
  readonly args: readonly string[];
  /** Whether somebody types. */
  readonly terminal: boolean;
}

/**
 * Opens psql on our own terminal, and answers its exit code: in the server's container, where the user of the bundled server
 * is let in without a password; for a server outside in a container of the project's image.
 * @throws ProblemError DB_NOT_FOUND (exit code 2)
 */
export async function openShell(options: ShellOptions, context: OperationContext): Promise<number> {
  const target = await openTarget(options.database, context);
  const { server, engine, plan, database } = target;
  const connection = await connect(server, database);
  await connection.close();
  const { args, terminal } = options;
  if (!server.container) {
    await removeStaleClients(engine, plan.name);
    return codeOf(await runPsql(server, engine, { database, args, terminal, serverVersion: connection.version }));
  }
  const service = plan.values.get('POSTGRES_HOST')?.value ?? 'postgres';
  const name = `dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const tty = terminal ? [] : ['-T'];
  const psql = ['psql', '--username', server.user, '--dbname', name, ...args];
  return codeOf(await runCompose(engine, plan.folder, ['exec', ...tty, service, ...psql], { stdio: 'inherit' }));
}

const codeOf = ({ interrupted, exitCode }: TerminalResult): number => (interrupted ? 130 : exitCode);
