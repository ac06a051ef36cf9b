import { runTasks, runTasksAfter } from '../operations/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { runAdmin } from './admin.ts';
import { type Clients, findClients } from './clients.ts';
import { close, reopen } from './closed.ts';
import type { DatabaseContext } from './context.ts';
import { dropAside } from './drop-aside.ts';
import { withLock } from './lock.ts';
import { beginChange, requireSpace } from './prepare.ts';
import { existing, keptBy, replaceBy, timeId } from './replace.ts';
import { snapshotDatabase } from './server/index.ts';
import { momentOf, openTarget, requireOfBackOffice, type Target } from './target.ts';

export interface Updated {
  readonly database: string;
  readonly previous: string | undefined;
}

export interface UpdateOptions {
  readonly database: string | undefined;
  readonly modules: readonly string[];
  /**
   * Who updates, in words that what was replaced is found by (`putBack`); where it is kept already, the update was done and is
   * not done again.
   */
  readonly why?: string;
}

/**
 * Updates a copy of a database by the image's own command, with users locked out of this database alone, and swaps it in when
 * all went well. A failure leaves the database as it was.
 * @throws ProblemError DB_NOT_FOUND, DB_ADMIN_FAILED, SWAP_TAKEN_BACK
 */
export async function updateDatabase(options: UpdateOptions, context: DatabaseContext): Promise<Updated> {
  const target = await openTarget(options.database, context);
  requireOfBackOffice(target, 'coog db:update');
  const updated = await underLock(target, options, context);
  const stands = `${updated.database} is updated; what was there is kept as ${updated.previous}`;
  await runTasksAfter(momentOf(target, 'after-update'), stands, context);
  return updated;
}

function underLock(target: Target, options: UpdateOptions, context: DatabaseContext): Promise<Updated> {
  const { database } = target;
  return withLock(target, 'changing', 'db:update', async () => {
    await beginChange(target, context);
    const done = options.why === undefined ? undefined : await keptBy(target, options.why);
    if (done) return { database: target.database, previous: done.name };
    const before = await existing(target);
    await requireSpace(target, before?.bytes ?? 0);
    await runTasks(momentOf(target, 'before-update'), context);
    const clients = await findClients(target, context);
    try {
      await clients.stop();
      await close(target);
      return await updateCopy(target, options, clients, context);
    } catch (error) {
      // Whatever failed: its users get the database back as it was.
      await reopen(target);
      await clients.start();
      throw told(error, database, context);
    }
  });
}

async function updateCopy(
  target: Target,
  { modules, why = 'update' }: UpdateOptions,
  clients: Clients,
  context: DatabaseContext,
): Promise<Updated> {
  const { server, database } = target;
  const now = context.now();
  context.say(`Copying ${database}; its users wait`);
  const copy = { source: database, kind: 'aside', id: timeId(now), about: { at: now, text: why } } as const;
  const { name } = await snapshotDatabase(server, copy);
  try {
    context.say('Updating the copy');
    // Every module depends on ir: updating it means updating all.
    const what = modules.length > 0 ? modules : ['ir'];
    await runAdmin(target, name, ['-u', ...what, '--activate-dependencies'], {}, context);
    context.signal.throwIfAborted();
    const beforeStart = () => reopen(target);
    const { previous } = await replaceBy(target, { incoming: name, why, clients, beforeStart }, context);
    return { database, previous };
  } catch (error) {
    await dropAside(target, name, context);
    throw error;
  }
}

function told(error: unknown, database: string, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: `the update was interrupted; ${database} is what it was`, next: 'coog db:update' },
    { exitCode: ExitCode.failed, cause: error },
  );
}
