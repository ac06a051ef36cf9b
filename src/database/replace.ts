import { ExitCode, ProblemError } from '../shared/problem.ts';
import { type Clients, findClients } from './clients.ts';
import type { DatabaseContext } from './context.ts';
import { dropAside } from './drop-aside.ts';
import { type DatabaseInfo, listDatabases, relatedName, swap } from './server/index.ts';
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
 * @throws ProblemError SWAP_TAKEN_BACK (1) when the old database is in its place again, SWAP_NOT_TAKEN_BACK (1) when the
 * new one had to stay in it; what `swap` throws
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
  const outgoing = await freeName(target, now);
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
    const aside = relatedName(database, keepIncoming ? 'previous' : 'aside', `${timeId(context.now())}-failed`);
    try {
      await clients.stop();
      await swap(server, { live: database, incoming: outgoing, outgoing: aside, about });
    } catch (failure) {
      throw notTakenBack(database, outgoing, [failure, error]);
    }
    // Healthy or not: the old one is in its place again.
    const still = await clients.start().catch((failure: unknown) => failure);
    if (!keepIncoming) await dropAside(target, aside, context);
    throw takenBack(database, still === undefined ? [error] : [error, still]);
  }
  if (before) await dropOlder(target, outgoing, context);
  return { previous: before ? outgoing : undefined, swapped };
}

/** For what is replaced now; two commands may come within one second, whose name is then taken. */
async function freeName({ server, database }: Target, now: Date): Promise<string> {
  const taken = new Set((await listDatabases(server)).map(({ name }) => name));
  for (let second = now.getTime(); ; second += 1_000) {
    const name = relatedName(database, 'previous', timeId(new Date(second)));
    if (!taken.has(name)) return name;
  }
}

/** One is kept: the one that was replaced last. */
async function dropOlder(target: Target, last: string, context: DatabaseContext): Promise<void> {
  const older = (await keptOf(target)).filter(({ name }) => name !== last);
  for (const { name } of older) await dropAside(target, name, context);
}

const problemsOf = (errors: readonly unknown[]) =>
  errors.flatMap((error) => (error instanceof ProblemError ? error.problems : []));

function takenBack(database: string, errors: readonly unknown[]): ProblemError {
  return new ProblemError(
    [
      {
        code: 'SWAP_TAKEN_BACK',
        title: `the services did not become healthy on the new database; ${database} is what it was before`,
        next: 'coog logs coog',
      },
      ...problemsOf(errors),
    ],
    { exitCode: ExitCode.failed, cause: errors[0] },
  );
}

function notTakenBack(database: string, kept: string, errors: readonly unknown[]): ProblemError {
  return new ProblemError(
    [
      {
        code: 'SWAP_NOT_TAKEN_BACK',
        title: `the services did not become healthy on the new database, and the old one could not be put back`,
        detail: `${database} is the new database, whole; the old one is kept, whole, as ${kept}.`,
        next: 'coog db:undo, when the server runs',
      },
      ...problemsOf(errors),
    ],
    { exitCode: ExitCode.failed, cause: errors[0] },
  );
}
