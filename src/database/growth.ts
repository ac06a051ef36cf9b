import { setTimeout as delay } from 'node:timers/promises';
import type { DatabaseContext } from './context.ts';
import { type Connection, connectToServer, type Server } from './server/index.ts';

/** Milliseconds between two looks. */
const PAUSE = 2_000;

export interface Growth {
  readonly database: string;
  /** Bytes that it is expected to have in the end. */
  readonly total: number | undefined;
}

/**
 * Does some work that fills a database, and tells how far it is by the size that the server says. Never fails by itself: who
 * cannot look says nothing.
 */
export async function whileGrowing<T>(
  server: Server,
  { database, total }: Growth,
  { progress }: Pick<DatabaseContext, 'progress'>,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const looker = await connectToServer(server).catch(() => undefined);
  progress.begin(`restoring ${database}`, total);
  const how = { over: over.signal, advance: (bytes: number) => progress.advance(bytes) };
  const looking = looker && look(looker, database, how).catch(() => undefined);
  try {
    return await work();
  } finally {
    over.abort();
    // Ends a statement that a hanging server does not answer.
    await looker?.close();
    await looking;
    progress.end();
  }
}

async function look(
  looker: Connection,
  database: string,
  { over, advance }: { over: AbortSignal; advance: (bytes: number) => void },
): Promise<void> {
  while (!over.aborted) {
    const [row] = await looker.query<{ bytes: string | null }>(
      'SELECT pg_database_size(oid) AS bytes FROM pg_database WHERE datname = $1',
      [database],
    );
    if (!over.aborted) advance(Number(row?.bytes ?? 0));
    await delay(PAUSE, undefined, { signal: over });
  }
}
