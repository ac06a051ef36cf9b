import { changeInCopy } from './change-in-copy.ts';
import type { DatabaseContext } from './context.ts';
import { withLock } from './lock.ts';
import { beginChange, requireSpace } from './prepare.ts';
import { existing, keptBy } from './replace.ts';
import { openTarget } from './target.ts';

export interface KeepOptions {
  readonly database: string;
  /** Who keeps it, in words that it is found by (`putBack`); where it is kept already, nothing is done. */
  readonly why: string;
}

/**
 * Keeps a database beside as it is, before something else works on it: a copy takes its place. Does nothing where there is no
 * such database.
 * @throws ProblemError DB_DISK_FULL (2), what `changeInCopy` throws
 */
export async function keepDatabase({ database, why }: KeepOptions, context: DatabaseContext): Promise<void> {
  const target = await openTarget(database, context);
  await withLock(target, 'changing', 'upgrade', async () => {
    await beginChange(target, context);
    const [kept, live] = await Promise.all([keptBy(target, why), existing(target)]);
    if (kept || !live) return;
    await requireSpace(target, live.bytes ?? 0);
    await changeInCopy(target, { why, work: () => Promise.resolve() }, context);
  });
}
