import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Connection, connect, type Server, sqlState, workersFor } from '@coog/cli/database';
import { from } from 'pg-copy-streams';
import { KEY_SETTING } from '../masks/hash.ts';

/** Sessions that work side by side; more would not be faster on a server's disk. */
const SESSIONS = 2;

/** Opens the sessions in the copy, and closes them when the work is over, also when the signal says so. */
export async function withSessions<T>(
  server: Server,
  database: string,
  signal: AbortSignal,
  work: (sessions: readonly Connection[]) => Promise<T>,
): Promise<T> {
  const sessions: Connection[] = [];
  const close = async (): Promise<void> => void (await Promise.all(sessions.map((session) => session.close())));
  // Without its connection the server gives a statement up.
  const stop = (): void => void close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (let i = 0; i < SESSIONS; i++) {
      const session = await connect(server, database, { applicationName: 'coog db:anonymize' });
      sessions.push(session);
      await prepare(session, server);
    }
    return await work(sessions);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await close();
  }
}

/** What only a superuser may set is set where we are one: values must not reach the server's log. */
async function prepare(session: Connection, server: Server): Promise<void> {
  await session.query('SET synchronous_commit = off; SET client_min_messages = warning');
  // Plans hold the key.
  await session.query('SET debug_print_plan = off');
  // As much as loading takes: indexes of trigrams over pseudonyms are large, and with half of it 6 % slower.
  await session.query(`SELECT set_config('maintenance_work_mem', '256MB', false)`);
  for (const [name, value] of Object.entries(workersFor(server, SESSIONS)))
    await session.query(`SET ${name} = ${value}`);
  for (const setting of [
    'log_statement = none',
    'log_min_duration_statement = -1',
    'log_min_error_statement = panic',
    'log_duration = off',
  ])
    await session.query(`SET ${setting}`).catch(permission);
}

const permission = (error: unknown): void => {
  if (sqlState(error) !== '42501') throw error;
};

/**
 * Gives the sessions the key. It travels as data of a COPY into a table of the session's own, which goes at once: so it is in
 * no statement, log, catalogue, or statistic of statements, and no file of the copy.
 */
export async function giveKey(sessions: readonly Connection[], key: Buffer): Promise<void> {
  for (const session of sessions) {
    await session.query('CREATE TEMPORARY TABLE given (key text)');
    const text = key.toString('base64').replace(/=+$/, '');
    await pipeline(Readable.from([`${text}\n`]), session.submit(from('COPY pg_temp.given FROM STDIN')));
    await session.query(`SELECT set_config('${KEY_SETTING}', key, false) IS NOT NULL FROM pg_temp.given`);
    await session.query('DROP TABLE pg_temp.given');
    await session.query('DISCARD PLANS');
  }
}

/** Takes the key away, and what was made by it, which plans hold; the sessions can still be used. */
export async function takeKey(sessions: readonly Connection[]): Promise<void> {
  for (const session of sessions) {
    await session.query(`SELECT set_config('${KEY_SETTING}', '', false)`);
    await session.query('DISCARD PLANS');
  }
}

/** Shares pieces of work out: each session takes the next one that is left. */
export async function share<T>(
  sessions: readonly Connection[],
  pieces: readonly T[],
  work: (session: Connection, piece: T) => Promise<void>,
): Promise<void> {
  const left = pieces.values();
  const drain = async (session: Connection): Promise<void> => {
    for (const piece of left) await work(session, piece);
  };
  await Promise.all(sessions.map(drain));
}
