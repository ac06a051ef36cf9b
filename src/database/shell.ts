import { runCompose } from '../engine/index.ts';
import type { OperationContext } from '../operations/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { connect } from './server/index.ts';
import { openTarget } from './target.ts';

export interface ShellOptions {
  readonly database: string | undefined;
  /** For psql. */
  readonly args: readonly string[];
  /** Whether somebody types. */
  readonly terminal: boolean;
}

/**
 * Opens psql of the server's container on our own terminal, and answers its exit code. There the user of the bundled server
 * is let in without a password. @throws ProblemError DB_NOT_FOUND, DB_SHELL_EXTERNAL (exit code 2)
 */
export async function openShell(
  { database: wanted, args, terminal }: ShellOptions,
  context: OperationContext,
): Promise<number> {
  const { server, engine, plan, database } = await openTarget(wanted, context);
  await (await connect(server, database)).close();
  if (!server.container)
    throw new ProblemError({
      code: 'DB_SHELL_EXTERNAL',
      title: 'the server is outside of the project; coog opens a shell on the bundled one only',
      next: `psql -h ${server.host} -p ${server.port} -U ${server.user}`,
    });
  const service = plan.values.get('POSTGRES_HOST')?.value ?? 'postgres';
  const name = `dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const tty = terminal ? [] : ['-T'];
  const psql = ['psql', '--username', server.user, '--dbname', name, ...args];
  const result = await runCompose(engine, plan.folder, ['exec', ...tty, service, ...psql], { stdio: 'inherit' });
  return result.interrupted ? 130 : result.exitCode;
}
