import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { ProblemError } from '../shared/problem.ts';
import { type Connection, connectToServer } from './server/index.ts';
import type { Target } from './target.ts';

/**
 * One operation a database at a time. The lock is an advisory one of the server itself: it holds for every machine that
 * works on the database, and ends with the connection of who has it, however that ended.
 *
 * `reading` operations (a dump) go together, a `changing` one is alone.
 */
export type LockKind = 'reading' | 'changing';

/** PostgreSQL cuts an application's name at 63 bytes. */
const MAX_NAME = 63;

/**
 * Does some work under the lock.
 * @throws ProblemError DB_LOCKED (exit code 2) that names who has it and since when
 */
export async function withLock<T>(
  { server, database }: Target,
  kind: LockKind,
  command: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const applicationName = `coog ${command} pid ${process.pid} on ${hostname()}`.slice(0, MAX_NAME);
  const connection = await connectToServer(server, { applicationName, others: server.databases });
  try {
    const key = keyOf(database);
    const take = kind === 'reading' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const [row] = await connection.query<{ taken: boolean }>(`SELECT ${take}($1::bigint) AS taken`, [key]);
    if (!row?.taken) throw new ProblemError(await locked(connection, database, key));
    return await work(connection);
  } finally {
    await connection.close();
  }
}

async function locked(connection: Connection, database: string, key: string) {
  // A bigint's key is shown in two halves; objsubid 1 says that it is one key.
  const holders = await connection.query<{ name: string; client: string; since: string }>(
    `SELECT a.application_name AS name, coalesce(host(a.client_addr), 'the server itself') AS client,
            to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS since
       FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
        AND (l.classid::bigint << 32 | l.objid::bigint) = $1::bigint`,
    [key],
  );
  return {
    code: 'DB_LOCKED',
    title: `another operation works on the database ${database}`,
    detail: holders.map((h) => `${h.name} (from ${h.client}, since ${h.since} UTC)`).join('\n') || 'It has just ended.',
    next: 'wait until it is over, then try again',
  };
}

/** 63 bits of the name's hash, as a number in text. */
function keyOf(database: string): string {
  const hash = createHash('sha256').update(`coog database ${database}`).digest();
  return (hash.readBigUInt64BE() >> 1n).toString();
}
