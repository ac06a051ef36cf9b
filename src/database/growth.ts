import { setTimeout as delay } from 'node:timers/promises';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { DatabaseContext } from './context.ts';
import { type Connection, connectToServer, type Server, shownServer } from './server/index.ts';

/** Milliseconds between two looks. */
const PAUSE = 2_000;

/** Milliseconds that a server may leave a question unanswered before the work is given up. */
const PATIENCE = 600_000;

export interface Growth {
  readonly database: string;
  /** Bytes that it is expected to have in the end. */
  readonly total: number | undefined;
  /** Milliseconds; see PATIENCE. */
  readonly patience?: number;
}

/**
 * Does some work that fills a database, and tells how far it is by the size that the server says. A server that hangs is given
 * up after a while: the program that fills the database would wait for ever. Who cannot look says nothing.
 * @param work ends when its signal says so
 * @throws ProblemError DB_PROGRAM_STALLED (1); what `work` throws
 */
export async function whileGrowing<T>(
  server: Server,
  { database, total, patience = PATIENCE }: Growth,
  { progress, signal }: Pick<DatabaseContext, 'progress' | 'signal'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const hangs = new AbortController();
  const looker = await connectToServer(server).catch(() => undefined);
  progress.begin(`restoring ${database}`, total);
  const looking =
    looker && look(looker, database, { over: over.signal, patience, hangs, progress }).catch(() => undefined);
  try {
    return await work(AbortSignal.any([signal, hangs.signal]));
  } catch (error) {
    if (signal.aborted || !hangs.signal.aborted) throw error;
    throw new ProblemError(unanswered(server, patience), { exitCode: ExitCode.failed, cause: error });
  } finally {
    over.abort();
    // Ends a statement that a hanging server does not answer.
    await looker?.close();
    await looking;
    progress.end();
  }
}

interface Look {
  readonly over: AbortSignal;
  readonly patience: number;
  readonly hangs: AbortController;
  readonly progress: DatabaseContext['progress'];
}

async function look(looker: Connection, database: string, { over, patience, hangs, progress }: Look): Promise<void> {
  const size = 'SELECT pg_database_size(oid) AS bytes FROM pg_database WHERE datname = $1';
  while (!over.aborted) {
    const timer = setTimeout(() => hangs.abort(), patience);
    const [row] = await looker.query<{ bytes: string | null }>(size, [database]).finally(() => clearTimeout(timer));
    if (!over.aborted) progress.advance(Number(row?.bytes ?? 0));
    await delay(PAUSE, undefined, { signal: over });
  }
}

const unanswered = (server: Server, patience: number) => ({
  code: 'DB_PROGRAM_STALLED',
  title: `${shownServer(server)} has not answered for ${Math.ceil(patience / 60_000)} minutes; the restore was given up`,
  next: 'coog status',
});
