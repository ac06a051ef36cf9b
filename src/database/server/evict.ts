import { type Problem, ProblemError } from '../../shared/problem.ts';
import { type Connection, type ConnectOptions, connectToServer } from './connect.ts';
import { shownServer, sqlState, wordsOf } from './problems.ts';
import { type Session, sessionsIn, terminateSessions } from './sessions.ts';
import type { Server } from './types.ts';

/** Milliseconds between two rounds, and until the statement has either had its way or given up. */
const PAUSE = 50;
const PATIENCE = 6_000;

/**
 * Does something that needs a database without sessions, while another connection ends those that are there.
 *
 * Why no `ALLOW_CONNECTIONS false` and no `CONNECTION LIMIT 0`: the statements that need this (RENAME, DROP, TEMPLATE)
 * lock the database first, so that nobody new gets in, and then wait up to five seconds for the others to leave. A lock
 * ends with its session: coog can be killed at any moment and nobody stays locked out. A limit would outlive it, and the
 * bundled server's user is a superuser, whom it does not bind.
 *
 * Needs the right to end the sessions (see `Session.ours`). @throws ProblemError DB_BUSY (exit code 2) with who stays
 */
export async function withoutSessions<T>(evictor: Connection, database: Evicted, work: () => Promise<T>): Promise<T> {
  let over = false;
  const evicting = (async () => {
    const end = performance.now() + PATIENCE;
    while (!over && performance.now() < end) {
      await terminateSessions(evictor, database.oid);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  })();
  // Its failure is told only when the work fails too.
  evicting.catch(() => undefined);
  try {
    return await work();
  } catch (error) {
    if (!BUSY.has(sqlState(error) ?? '')) throw error;
    const left = await sessionsIn(evictor, [database.name]).catch(() => []);
    throw new ProblemError(busy(evictor.server, database.name, left, error), { cause: error });
  } finally {
    over = true;
    await evicting.catch(() => undefined);
  }
}

/** Does some work with a connection to the server and a second one for `withoutSessions`; both are closed. */
export async function withEvictor<T>(
  server: Server,
  options: ConnectOptions,
  work: (connection: Connection, evictor: Connection) => Promise<T>,
): Promise<T> {
  // At once: among many clients that come again and again, logging in takes longer than the work.
  const [first, second] = await Promise.allSettled([connectToServer(server, options), connectToServer(server)]);
  const opened = [first, second].flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  try {
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
    return await work(first.value, second.value);
  } finally {
    await Promise.all(opened.map((connection) => connection.close()));
  }
}

export interface Evicted {
  readonly oid: number;
  readonly name: string;
}

/** In use, cancelled by a time limit, a lock that was not had in time. */
const BUSY: ReadonlySet<string> = new Set(['55006', '57014', '55P03']);

function busy(server: Server, database: string, left: readonly Session[], error: unknown): Problem {
  const shown = left.map((s) => `${s.user} ${s.application || '(no name)'} from ${s.client || 'the server itself'}`);
  return {
    code: 'DB_BUSY',
    title: `${database} on ${shownServer(server)} is in use and could not be freed`,
    detail: [wordsOf(error), ...new Set(shown)].join('\n'),
    next: 'stop what is connected, then try again',
  };
}
