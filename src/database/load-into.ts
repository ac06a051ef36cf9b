import { runTasks } from '../operations/index.ts';
import { ProblemError } from '../shared/problem.ts';
import type { DatabaseContext } from './context.ts';
import { restoreDocuments } from './documents.ts';
import { interrupted, openBackup, verifyBackupFile } from './given-backup.ts';
import type { Loaded, LoadOptions } from './load.ts';
import { restoreWhole } from './restore.ts';
import { type Connection, clearDatabase, countRows, requireOwnName } from './server/index.ts';
import { momentOf, type Target } from './target.ts';

/**
 * Loads a backup into an empty database that somebody has made: where the user may neither make nor rename one. Nothing is
 * stopped or replaced.
 * @throws ProblemError DB_NOT_EMPTY, and what `openBackup` finds (2); (1) where it failed, and the database is empty again
 */
export async function loadInto(
  target: Target,
  connection: Connection,
  path: string,
  options: LoadOptions,
  context: DatabaseContext,
): Promise<Loaded> {
  const { server, database, plan } = target;
  requireOwnName(database);
  await requireEmpty(target, context);
  const given = await openBackup(target, connection, path, options, context);
  await options.confirm({
    lines: [`${database}, which is empty, will be filled from ${path}; no service is stopped`],
    question: `Fill ${database}?`,
  });
  await verifyBackupFile(given, context);
  await runTasks(momentOf(target, 'before-load'), context);
  try {
    context.say(`Restoring into ${database}`);
    const found = await restoreWhole(server, { database, ...given }, options, context);
    const { manifest } = given;
    const documents =
      options.filestore && manifest ? await restoreDocuments(plan, { path, manifest, database }, context) : undefined;
    return { database, ...found, previous: undefined, swapped: 0, ...(documents === undefined ? {} : { documents }) };
  } catch (error) {
    await clearDatabase(server, database);
    throw interrupted(error, `${database}, which is empty,`, context);
  }
}

async function requireEmpty({ server, database }: Target, { signal }: DatabaseContext): Promise<void> {
  const tables = await countRows(server, database, { parallel: 1, signal });
  if (tables.length === 0) return;
  throw new ProblemError({
    code: 'DB_NOT_EMPTY',
    title: `${database} holds ${tables.length} tables; --into fills an empty database only`,
    detail: 'Nothing was changed.',
    next: `coog db:load --database ${database}, which keeps what is there`,
  });
}
