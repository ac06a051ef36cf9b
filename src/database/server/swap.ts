import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { annotation, exists } from './aside.ts';
import { type DatabaseRow, databaseRow, databaseRows } from './catalogue.ts';
import { type Connection, connectToServer, withConnection } from './connect.ts';
import { type Evicted, withEvictor, withoutSessions } from './evict.ts';
import { parseRelated } from './names.ts';
import { makeNote, personsComment } from './notes.ts';
import { shownServer, sqlState } from './problems.ts';
import { terminateSessions } from './sessions.ts';
import { transaction } from './transaction.ts';
import type { About, Server } from './types.ts';

export interface SwapRequest {
  /** The name under which the project is served. Nothing is kept when no database has it. */
  readonly live: string;
  /** The database that takes the name. */
  readonly incoming: string;
  /** The name that the replaced database gets: one of `relatedName`. */
  readonly outgoing: string;
  readonly about: About;
  /** Milliseconds for each of the two renames; PostgreSQL itself gives up after five seconds. */
  readonly timeout?: number;
}

const TIMEOUT = 5_000;

/**
 * Puts one database in the place of another: both renames in one transaction, with everybody locked out until it is over
 * and sessions ended (see `withoutSessions`). Killed at any moment, the old one or the new one has the name. The comment
 * that a person gave the live database goes on to the new one; the replaced one gets coog's note. Undone by the same
 * function: `incoming` is then what `outgoing` was.
 * Needs CREATEDB and the owner of both databases, and the right to end their sessions.
 * @throws ProblemError DB_NOT_FOUND, DB_EXISTS, DB_BUSY (exit code 2: nothing was changed), DB_PERMISSION,
 * DB_SWAP_UNKNOWN (exit code 1)
 */
export async function swap(server: Server, request: SwapRequest): Promise<void> {
  const limit = request.timeout ?? TIMEOUT;
  const options = { statementTimeout: limit, lockTimeout: limit };
  await withEvictor(server, options, async (connection, evictor) => {
    const incoming = await databaseRow(connection, request.incoming);
    const [live] = await databaseRows(connection, [request.live]);
    const [taken] = await databaseRows(connection, [request.outgoing]);
    if (taken) throw new ProblemError(exists(server, request.outgoing));
    await terminateSessions(connection, incoming.oid);
    const statements = statementsOf(connection, request, incoming, live);
    const evicted: Evicted = live ?? incoming;
    try {
      await withoutSessions(evictor, evicted, () => transaction(connection, statements));
    } catch (error) {
      if (sqlState(error) !== undefined && !isShutdown(error)) throw error;
      await requireDone(server, request, incoming, error);
    }
  });
}

function statementsOf(
  connection: Connection,
  { live: name, outgoing, about }: SwapRequest,
  incoming: DatabaseRow,
  live: DatabaseRow | undefined,
): string[] {
  const { identifier } = connection;
  const rename = (from: string, to: string): string => `ALTER DATABASE ${identifier(from)} RENAME TO ${identifier(to)}`;
  const kept = personsComment(live?.comment ?? incoming.comment);
  if (!live) return [rename(incoming.name, name), annotation(connection, name, kept)];
  const { kind, id } = parseRelated(outgoing) ?? { kind: 'previous' as const, id: outgoing };
  return [
    rename(name, outgoing),
    rename(incoming.name, name),
    annotation(connection, name, kept),
    annotation(connection, outgoing, JSON.stringify(makeNote({ kind, of: name, id }, about, kept))),
  ];
}

/** The server went away while it worked: only it knows whether it had finished. */
async function requireDone(
  server: Server,
  { live }: SwapRequest,
  incoming: DatabaseRow,
  cause: unknown,
): Promise<void> {
  const now = await connectToServer(server)
    .then((c) => withConnection(c, (connection) => databaseRows(connection, [live])))
    .catch(() => undefined);
  if (now?.[0]?.oid === incoming.oid) return;
  if (now) throw cause;
  throw new ProblemError(
    {
      code: 'DB_SWAP_UNKNOWN',
      title: `${shownServer(server)} went away while ${incoming.name} took the place of ${live}`,
      detail: 'Both are whole, and either has the name; which one, the server says when it runs again.',
      next: 'coog db:list',
    },
    { exitCode: ExitCode.failed, cause },
  );
}

const isShutdown = (error: unknown): boolean => /^(?:57P0|08)/.test(sqlState(error) ?? '');
