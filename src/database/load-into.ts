import { requireNoUpgrade, runTasks } from '../operations/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { removeStalePartials } from './archive/index.ts';
import { backupsFolder } from './backups.ts';
import { removeStaleClients } from './client/index.ts';
import type { DatabaseContext } from './context.ts';
import { restoreDocuments } from './documents.ts';
import { interrupted, type OpenedBackup, openBackup, verifyBackupFile } from './given-backup.ts';
import type { Loaded, LoadOptions } from './load.ts';
import { restoreWhole } from './restore.ts';
import {
  type Connection,
  clearDatabase,
  endRestores,
  extensionsOfOthers,
  fillWith,
  type Held,
  heldBy,
  requireOwnName,
} from './server/index.ts';
import { momentOf, type Target } from './target.ts';

/**
 * Loads a backup into an empty database that somebody has made: where the user may neither make nor rename one. Nothing is
 * stopped or replaced. What a killed run leaves in it is told as that by the next one, which empties it when it is told to.
 * @throws ProblemError DB_NOT_EMPTY, DB_HALF_FILLED, and what `openBackup` finds (2); (1) where it failed, and the database
 * is empty again
 */
export async function loadInto(
  target: Target,
  connection: Connection,
  path: string,
  options: LoadOptions,
  context: DatabaseContext,
): Promise<Loaded> {
  const { server, engine, plan, database } = target;
  requireOwnName(database);
  await requireNoUpgrade(context);
  await removeStaleClients(engine, plan.name);
  await removeStalePartials(backupsFolder(plan));
  await endRestores(server, database);
  const held = await heldBy(server, database);
  requireEmpty(database, held, options);
  const given = await openBackup(target, connection, path, options, context);
  const what = held.unfinished
    ? 'which a load that was killed left half filled, will be emptied and'
    : 'which is empty, will be';
  await options.confirm({
    lines: [`${database}, ${what} filled from ${path}; no service is stopped`],
    question: `Fill ${database}?`,
  });
  await verifyBackupFile(given, context);
  await runTasks(momentOf(target, 'before-load'), context);
  // Reading the backup took its time.
  requireEmpty(database, await heldBy(server, database), options);
  return fillWith(server, database, async () => {
    if (held.unfinished) await clearDatabase(server, database, { marked: true });
    try {
      return await restore(target, given, options, context);
    } catch (error) {
      const left = await endRestores(server, database)
        .then(() => clearDatabase(server, database))
        .catch((reason: unknown) => reason);
      if (left instanceof Error) context.tell([stillFilled(database, options.file, left)]);
      throw interrupted(error, `${database}, which is empty,`, context);
    }
  });
}

async function restore(
  { server, database, plan }: Target,
  given: OpenedBackup,
  options: LoadOptions,
  context: DatabaseContext,
): Promise<Loaded> {
  const { path, manifest } = given;
  const others = await extensionsOfOthers(server, database);
  if (others.length > 0 && given.archive.kind !== 'sql') context.tell([withoutComments(database, others)]);
  context.say(`Restoring into ${database}`);
  const how = { ...options, comments: others.length === 0 };
  const found = await restoreWhole(server, { database, ...given }, how, context);
  const documents =
    options.filestore && manifest ? await restoreDocuments(plan, { path, manifest, database }, context) : undefined;
  return { database, ...found, previous: undefined, swapped: 0, ...(documents === undefined ? {} : { documents }) };
}

/** @throws ProblemError DB_NOT_EMPTY, DB_HALF_FILLED (exit code 2) */
function requireEmpty(database: string, { things, unfinished }: Held, { file, refill }: LoadOptions): void {
  if (unfinished && !refill)
    throw new ProblemError({
      code: 'DB_HALF_FILLED',
      title: `${database} holds what a load into it had restored when it was killed`,
      detail: 'Nothing was changed.',
      next: `coog db:load ${file} --into ${database} --refill, which empties it first`,
    });
  if (unfinished || things.length === 0) return;
  throw new ProblemError({
    code: 'DB_NOT_EMPTY',
    title: `${database} holds ${things.slice(0, 3).join(', ')}${things.length > 3 ? ` and ${things.length - 3} more` : ''}; --into fills an empty database only`,
    detail: 'Nothing was changed.',
    next: `coog db:load --database ${database}, which keeps what is there`,
  });
}

const stillFilled = (database: string, file: string, { message }: Error): Problem => ({
  code: 'DB_HALF_FILLED',
  severity: 'warning',
  title: `${database} could not be emptied again: ${message}`,
  next: `coog db:load ${file} --into ${database} --refill`,
});

const withoutComments = (database: string, names: readonly string[]): Problem => ({
  code: 'RESTORE_WITHOUT_COMMENTS',
  severity: 'warning',
  title: `comments on tables and columns are left out: extensions of ${database} belong to another role (${names.join(', ')})`,
  detail:
    'A backup comments on its extensions, too, which only their owner may do. Tryton writes its own when it is updated.',
});
