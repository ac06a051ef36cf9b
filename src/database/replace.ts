import { ExitCode, ProblemError } from '../shared/problem.ts';
import { type Clients, findClients } from './clients.ts';
import type { DatabaseContext } from './context.ts';
import { type DatabaseInfo, dropDatabase, listDatabases, relatedName, swap } from './server/index.ts';
import type { Target } from './target.ts';

export interface Replaced {
  /** The name under which the replaced database is kept; undefined when there was none. */
  readonly previous: string | undefined;
  /** Milliseconds from the first client's stop to the end of the swap. */
  readonly swapped: number;
}

export const timeId = (now: Date): string =>
  now
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');

/** Whether a database has the name. */
export async function existing(target: Target) {
  return (await listDatabases(target.server)).find(({ name }) => name === target.database);
}

/** The databases that were replaced and are kept beside the live one. */
export const keptOf = async ({ server, database }: Target): Promise<DatabaseInfo[]> =>
  (await listDatabases(server)).filter((d) => d.kind === 'previous' && d.of === database);

/** The one of them that something replaced. */
export const keptBy = async (target: Target, why: string): Promise<DatabaseInfo | undefined> =>
  (await keptOf(target)).find(({ note }) => note?.text === why);

export interface ReplaceOptions {
  /** The database that takes the live name. */
  readonly incoming: string;
  /** In words, for who looks at what is kept. */
  readonly why: string;
  /** Keeps `incoming` also where it does not work. */
  readonly keepIncoming?: boolean;
  /** Clients that the caller has found, and perhaps stopped; `stop` is harmless twice. */
  readonly clients?: Clients;
  /** Between the swap and the start of the clients. */
  readonly beforeStart?: () => Promise<void>;
}

/**
 * Gives the live name to a database that is ready. Only for the swap are the clients stopped. When they do not become healthy
 * on the new one, the old one is put back. What was replaced is kept until the next time.
 * @throws ProblemError SWAP_TAKEN_BACK (1) when the old database is in its place again; what `swap` throws
 */
export async function replaceBy(
  target: Target,
  { incoming, why, keepIncoming = false, clients: given, beforeStart }: ReplaceOptions,
  context: DatabaseContext,
): Promise<Replaced> {
  const { server, database } = target;
  const before = await existing(target);
  const now = context.now();
  const about = { at: now, text: why };
  const outgoing = relatedName(database, 'previous', timeId(now));
  const clients = given ?? (await findClients(target, context));
  const began = Date.now();
  await clients.stop();
  try {
    await swap(server, { live: database, incoming, outgoing, about });
  } catch (error) {
    await clients.start();
    throw error;
  }
  const swapped = Date.now() - began;
  try {
    await beforeStart?.();
    await clients.start();
  } catch (error) {
    if (!before) throw error;
    context.say(`The services do not become healthy on the new database: putting the old one back`);
    await clients.stop();
    const aside = relatedName(database, keepIncoming ? 'previous' : 'aside', `${timeId(context.now())}-failed`);
    await swap(server, { live: database, incoming: outgoing, outgoing: aside, about });
    await clients.start();
    if (!keepIncoming) await dropDatabase(server, aside);
    throw takenBack(database, error);
  }
  if (before) await dropOlder(target, outgoing);
  return { previous: before ? outgoing : undefined, swapped };
}

/** One is kept: the one that was replaced last. */
async function dropOlder(target: Target, last: string): Promise<void> {
  const older = (await keptOf(target)).filter(({ name }) => name !== last);
  for (const { name } of older) await dropDatabase(target.server, name);
}

function takenBack(database: string, cause: unknown): ProblemError {
  const problems = cause instanceof ProblemError ? cause.problems : [];
  return new ProblemError(
    [
      {
        code: 'SWAP_TAKEN_BACK',
        title: `the services did not become healthy on the new database; ${database} is what it was before`,
        next: 'coog logs coog',
      },
      ...problems,
    ],
    { exitCode: ExitCode.failed, cause },
  );
}
