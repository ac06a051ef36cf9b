import { type Problem, ProblemError } from '../shared/problem.ts';
import { formatAge, formatBytes } from '../shared/units.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { withLock } from './lock.ts';
import { beginChange } from './prepare.ts';
import { replaceBy } from './replace.ts';
import { listDatabases } from './server/index.ts';
import { openTarget } from './target.ts';

export interface Undone {
  readonly database: string;
  /** The name that the database had while it was kept. */
  readonly restored: string;
  /** Under which name the one that was live until now is kept. */
  readonly previous: string | undefined;
}

/** Puts the database back that was replaced last; the two change places. @throws ProblemError NOTHING_TO_UNDO (exit code 2) */
export async function undo(
  options: { readonly database: string | undefined; readonly confirm: (intent: Intent) => Promise<void> },
  context: DatabaseContext,
): Promise<Undone> {
  const target = await openTarget(options.database, context);
  const { server, database } = target;
  return withLock(target, 'changing', 'db:undo', async () => {
    await beginChange(target, context);
    const kept = (await listDatabases(server)).filter((d) => d.kind === 'previous' && d.of === database);
    const last = kept.sort((a, b) => ((a.note?.at ?? '') < (b.note?.at ?? '') ? 1 : -1))[0];
    if (!last) throw new ProblemError(nothing(database));
    const age = last.note
      ? `, replaced ${formatAge(new Date(last.note.at), context.now())} ago by ${last.note.text}`
      : '';
    await options.confirm({
      lines: [
        `${last.name} (${last.bytes === undefined ? 'size unknown' : formatBytes(last.bytes)}${age}) becomes ${database} again`,
        `what is ${database} now is kept`,
      ],
      question: 'Change them back?',
    });
    const { previous } = await replaceBy(target, { incoming: last.name, why: 'undo', keepIncoming: true }, context);
    return { database, restored: last.name, previous };
  });
}

const nothing = (database: string): Problem => ({
  code: 'NOTHING_TO_UNDO',
  title: `nothing is kept that ${database} has replaced`,
  next: 'coog db:list',
});
