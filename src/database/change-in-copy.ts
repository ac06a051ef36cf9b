import { type Clients, findClients } from './clients.ts';
import { close, reopen } from './closed.ts';
import type { DatabaseContext } from './context.ts';
import { dropAside } from './drop-aside.ts';
import { replaceBy, timeId } from './replace.ts';
import { snapshotDatabase } from './server/index.ts';
import type { Target } from './target.ts';

export interface ChangeInCopy {
  /** Who changes it, in words that what was replaced is found by (`keptBy`). */
  readonly why: string;
  /** Works on the copy, whose name it is given. */
  readonly work: (copy: string) => Promise<void>;
}

/**
 * Changes a copy of a database, with users locked out of this database alone, and swaps it in when all went well. Called under
 * its lock. A failure leaves the database as it was.
 * @returns the name under which what was there is kept
 * @throws what `work`, `snapshotDatabase` and `replaceBy` throw
 */
export async function changeInCopy(
  target: Target,
  change: ChangeInCopy,
  context: DatabaseContext,
): Promise<string | undefined> {
  const clients = await findClients(target, context);
  try {
    await clients.stop();
    await close(target);
    return await changeCopy(target, change, clients, context);
  } catch (error) {
    // Whatever failed: its users get the database back as it was.
    await reopen(target);
    await clients.start();
    throw error;
  }
}

async function changeCopy(
  target: Target,
  { why, work }: ChangeInCopy,
  clients: Clients,
  context: DatabaseContext,
): Promise<string | undefined> {
  const { server, database } = target;
  const now = context.now();
  context.say(`Copying ${database}; its users wait`);
  const copy = { source: database, kind: 'aside', id: timeId(now), about: { at: now, text: why } } as const;
  const { name } = await snapshotDatabase(server, copy);
  try {
    await work(name);
    context.signal.throwIfAborted();
    const beforeStart = () => reopen(target);
    const { previous } = await replaceBy(target, { incoming: name, why, clients, beforeStart }, context);
    return previous;
  } catch (error) {
    await dropAside(target, name, context);
    throw error;
  }
}
