import { runTasks, runTasksAfter } from '../operations/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { runAdmin } from './admin.ts';
import { changeInCopy } from './change-in-copy.ts';
import type { DatabaseContext } from './context.ts';
import { withLock } from './lock.ts';
import { beginChange, requireSpace } from './prepare.ts';
import { existing, keptBy } from './replace.ts';
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
    if (done) return { database, previous: done.name };
    const before = await existing(target);
    await requireSpace(target, before?.bytes ?? 0);
    await runTasks(momentOf(target, 'before-update'), context);
    // Every module depends on ir: updating it means updating all.
    const what = options.modules.length > 0 ? options.modules : ['ir'];
    const work = async (copy: string): Promise<void> => {
      context.say('Updating the copy');
      await runAdmin(target, copy, ['-u', ...what, '--activate-dependencies'], {}, context);
    };
    try {
      const previous = await changeInCopy(target, { why: options.why ?? 'update', work }, context);
      return { database, previous };
    } catch (error) {
      throw told(error, database, context);
    }
  });
}

function told(error: unknown, database: string, { signal }: DatabaseContext): unknown {
  if (!signal.aborted) return error;
  return new ProblemError(
    { code: 'INTERRUPTED', title: `the update was interrupted; ${database} is what it was`, next: 'coog db:update' },
    { exitCode: ExitCode.failed, cause: error },
  );
}
