import type { Client, QueryResultRow, Submittable } from 'pg';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { type OpenOptions, open, takesEncrypted } from './open.ts';
import { connectionProblem, databaseNotFound, sqlState, statementProblem, tlsRequired } from './problems.ts';
import type { Server } from './types.ts';

export interface ConnectOptions extends OpenOptions {
  /** Milliseconds for each statement; 0, the default, for no limit, whatever the role's own settings say. */
  readonly statementTimeout?: number;
  /** Milliseconds that a statement waits for a lock; 0, the default, for no limit. */
  readonly lockTimeout?: number;
}

/** A session in one database. */
export interface Connection {
  readonly server: Server;
  readonly database: string;
  /** As server_version_num: 170004 is 17.4. */
  readonly version: number;
  /** The number of its process on the server. */
  readonly pid: number;
  /**
   * Runs a statement; without values it may be several. bigint and numeric come as text.
   * @throws ProblemError with what the server said (exit code 1); `sqlState(error)` tells which error it was
   */
  query<R extends QueryResultRow = QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
  /** Hands over a query object of pg's kind (pg-copy-streams, pg-cursor); its errors are its own. */
  submit<T extends Submittable>(query: T): T;
  /** A name as it must stand in a statement. */
  identifier(name: string): string;
  /** A text as it must stand in a statement that takes no values. */
  literal(text: string): string;
  close(): Promise<void>;
}

/** How values are written must not depend on the role's or the database's settings: hashes of rows are compared. */
const SETTINGS = {
  DateStyle: 'ISO, MDY',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  bytea_output: 'hex',
  extra_float_digits: '1',
  search_path: 'public',
  // A count of what a policy lets through would be taken for the whole.
  row_security: 'off',
  default_transaction_read_only: 'off',
  idle_in_transaction_session_timeout: '0',
} as const;

/**
 * Connects. A server that is newer than version 13 notices within a second when we are gone, and ends what it does for us.
 * @throws ProblemError (exit code 2) DB_SERVER_UNREACHABLE, DB_LOGIN_FAILED, DB_NOT_FOUND, DB_TLS_REQUIRED,
 * DB_TLS_UNAVAILABLE, DB_TLS_UNTRUSTED, DB_TOO_MANY_CONNECTIONS, DB_NOT_ACCEPTING
 */
export async function connect(server: Server, database: string, options: ConnectOptions = {}): Promise<Connection> {
  const client = await openOrRefuse(server, database, options);
  const { escapeIdentifier, escapeLiteral } = (await import('pg')).default;
  const query = async <R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]> => {
    try {
      const result = await client.query<R>(text, values && [...values]);
      return result.rows ?? [];
    } catch (error) {
      throw new ProblemError(statementProblem(server, database, error), { exitCode: ExitCode.failed, cause: error });
    }
  };
  const close = (): Promise<void> => closeSoon(client);
  try {
    const { version, pid } = await prepareSession(query, options);
    const submit = <T extends Submittable>(given: T): T => client.query(given);
    return {
      server,
      database,
      version,
      pid,
      query,
      submit,
      identifier: escapeIdentifier,
      literal: escapeLiteral,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Milliseconds that a server has for its good-bye; what it still does for us is given up at once. */
const FAREWELL = 2_000;

async function closeSoon(client: Client): Promise<void> {
  const ended = client.end().catch(() => undefined);
  const timer = setTimeout(() => client.connection.stream.destroy(), FAREWELL);
  await ended;
  clearTimeout(timer);
}

/** Does some work with a connection and closes it, whatever happens. */
export async function withConnection<T>(connection: Connection, work: (c: Connection) => Promise<T>): Promise<T> {
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** Databases that every server has one of; which one a user may enter differs. */
const ENTRANCES = ['postgres', 'template1'] as const;

/**
 * Connects to a database that is not worked on, for what concerns the server: `postgres`, `template1`, else the first of
 * `others`. @throws ProblemError as `connect`
 */
export async function connectToServer(
  server: Server,
  options: ConnectOptions & { readonly others?: readonly string[] } = {},
): Promise<Connection> {
  let refusal: unknown;
  for (const database of [...ENTRANCES, ...(options.others ?? [])]) {
    try {
      return await connect(server, database, options);
    } catch (error) {
      refusal ??= error;
      if (!['3D000', '28000', '42501', '55000'].includes(sqlState(error) ?? '')) throw error;
    }
  }
  throw refusal;
}

async function openOrRefuse(server: Server, database: string, options: OpenOptions): Promise<Client> {
  try {
    return await open(server, database, options);
  } catch (error) {
    throw new ProblemError(await refusalOf(server, database, error), { cause: error });
  }
}

async function refusalOf(server: Server, database: string, error: unknown) {
  const state = sqlState(error);
  if (state === '3D000') return databaseNotFound(server, database, await namesOf(server, database));
  const plain = server.tls.mode === 'disable' && server.kind === 'external';
  if (state === '28000' && plain && (await takesEncrypted(server, database))) return tlsRequired(server);
  return connectionProblem(server, error);
}

/** Databases that exist, for a message: what cannot be known is left out. */
async function namesOf(server: Server, missing: string): Promise<string[]> {
  const entrances = [...ENTRANCES, ...server.databases].filter((name) => name !== missing);
  for (const entrance of entrances) {
    const client = await open(server, entrance, {}).catch(() => undefined);
    if (!client) continue;
    const names = await client
      .query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE NOT datistemplate ORDER BY 1')
      .catch(() => undefined);
    await client.end().catch(() => undefined);
    if (names) return names.rows.map(({ name }) => name);
  }
  return [];
}

async function prepareSession(
  query: Connection['query'],
  options: ConnectOptions,
): Promise<{ readonly version: number; readonly pid: number }> {
  const settings = Object.entries({
    ...SETTINGS,
    statement_timeout: String(options.statementTimeout ?? 0),
    lock_timeout: String(options.lockTimeout ?? 0),
  });
  const set = settings.map((_, i) => `set_config($${2 * i + 1}, $${2 * i + 2}, false)`).join(', ');
  const [row] = await query<{ version: number; pid: number }>(
    `SELECT current_setting('server_version_num')::int AS version, pg_backend_pid() AS pid, ${set}`,
    settings.flat(),
  );
  const { version = 0, pid = 0 } = row ?? {};
  if (version >= 140000) await query("SET client_connection_check_interval = '1s'");
  if (version >= 170000) await query('SET transaction_timeout = 0');
  return { version, pid };
}
