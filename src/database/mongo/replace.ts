import { ExitCode, type Problem, ProblemError } from '../../shared/problem.ts';
import type { DatabaseContext } from '../context.ts';
import { withMongo } from './connect.ts';
import { type Journal, removeJournal, writeJournal } from './journal.ts';
import { mongoClients } from './recover.ts';
import type { MongoTarget } from './server.ts';
import { dropBeside, planSwap, readSides, swapBack, swapIn } from './swap.ts';

/**
 * Puts the collections that were restored into the place of the live ones. Only for that are the services stopped that use
 * MongoDB; where they do not become healthy, the old collections are put back.
 * @returns milliseconds from the stop of the first client to the end of the swap
 * @throws ProblemError SWAP_TAKEN_BACK (1)
 */
export async function replaceCollections(
  target: MongoTarget,
  { id, databases }: { id: string; databases: readonly string[] },
  context: DatabaseContext,
): Promise<number> {
  const { plan, server } = target;
  const clients = await mongoClients(target, context);
  const began = Date.now();
  await clients.stop();
  let journal: Journal | undefined;
  let swapped: number;
  try {
    // Not before they are stopped: they make collections when they like.
    journal = { id, state: 'swapping', ...planSwap(id, await sides(target, id, databases)) };
    await writeJournal(plan, journal);
    await swapWith(target, journal, swapIn);
    swapped = Date.now() - began;
    await clients.start();
  } catch (error) {
    if (journal) {
      context.say('Putting the old collections back');
      await clients.stop();
      await swapWith(target, journal, swapBack);
      await writeJournal(plan, { ...journal, state: 'restoring' });
    }
    await clients.start();
    throw takenBack(error);
  }
  await writeJournal(plan, { ...journal, state: 'done' });
  await withMongo(server, async (client) => {
    for (const kind of ['prev', 'new'] as const) await dropBeside(client, kind, id);
  });
  await removeJournal(plan);
  return swapped;
}

const sides = ({ server }: MongoTarget, id: string, databases: readonly string[]) =>
  withMongo(server, (client) => readSides(client, id, databases));

const swapWith = ({ server }: MongoTarget, journal: Journal, how: typeof swapIn): Promise<void> =>
  withMongo(server, (client) => how(client, journal));

function takenBack(cause: unknown): ProblemError {
  const problems: readonly Problem[] = cause instanceof ProblemError ? cause.problems : [];
  const own: Problem = {
    code: 'SWAP_TAKEN_BACK',
    title: 'the services did not work on the new data; MongoDB holds what it held before',
    ...(problems.length === 0 ? { detail: (cause as Error).message } : {}),
    next: 'coog status',
  };
  return new ProblemError([own, ...problems], { exitCode: ExitCode.failed, cause });
}
