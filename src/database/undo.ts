import { type Problem, ProblemError } from '../shared/problem.ts';
import { formatAge, formatBytes } from '../shared/units.ts';
import type { DatabaseContext, Intent } from './context.ts';
import { withLock } from './lock.ts';
import { beginChange } from './prepare.ts';
import { keptBy, keptOf, replaceBy } from './replace.ts';
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
  const { database } = target;
  return withLock(target, 'changing', 'db:undo', async () => {
    await beginChange(target, context);
    const kept = await keptOf(target);
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

export interface PutBackOptions {
  readonly database: string;
  /** What replaced the database that is wanted back. */
  readonly replacedBy: string;
  /** In words, for who looks at what is kept now. */
  readonly why: string;
}

/**
 * Puts the database back that a certain update replaced. Answers false where it is not kept: it is in its place again or was
 * never replaced, or something else replaced a database since. Then nothing is changed but what a killed run has left: a copy
 * goes, and the users are let in.
 * @throws ProblemError as `undo` does
 */
export async function putBack(options: PutBackOptions, context: DatabaseContext): Promise<boolean> {
  const target = await openTarget(options.database, context);
  return withLock(target, 'changing', 'db:undo', async () => {
    await beginChange(target, context);
    const wanted = await keptBy(target, options.replacedBy);
    if (!wanted) return false;
    await replaceBy(target, { incoming: wanted.name, why: options.why, keepIncoming: true }, context);
    return true;
  });
}

/** Whether what something replaced is still kept beside the database. */
export async function isKept(database: string, replacedBy: string, context: DatabaseContext): Promise<boolean> {
  return (await keptBy(await openTarget(database, context), replacedBy)) !== undefined;
}

const nothing = (database: string): Problem => ({
  code: 'NOTHING_TO_UNDO',
  title: `nothing is kept that ${database} has replaced`,
  next: 'coog db:list',
});
