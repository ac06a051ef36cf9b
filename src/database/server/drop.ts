import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { databaseRows, isInvalid } from './catalogue.ts';
import { type Connection, connectToServer, withConnection } from './connect.ts';
import { parseRelated } from './names.ts';
import { readNote } from './notes.ts';
import { shownServer, sqlState } from './problems.ts';
import { terminateSessions } from './sessions.ts';
import type { Server } from './types.ts';

/**
 * Drops a database that coog made beside a live one, and ends its sessions. Anything else is refused: a name of another
 * form, a database that the project serves, a previous one or a snapshot without coog's note. One that is gone already is
 * no error. Needs the owner, and the right to end its sessions.
 * @throws ProblemError DB_NOT_OURS (exit code 2), DB_BUSY (1) when somebody holds it for ten seconds, DB_PERMISSION
 */
export async function dropDatabase(server: Server, name: string): Promise<void> {
  if (server.databases.includes(name) || !parseRelated(name)) throw new ProblemError(notOurs(server, name));
  await withConnection(await connectToServer(server, { lockTimeout: LOCK_TIMEOUT }), (connection) =>
    dropIn(connection, name),
  );
}

/** Milliseconds that somebody may hold it: an open transaction with a comment or a grant on it does. */
const LOCK_TIMEOUT = 10_000;

async function dropIn(connection: Connection, name: string): Promise<void> {
  const [row] = await databaseRows(connection, [name]);
  if (!row) return;
  const kind = parseRelated(name)?.kind;
  // An aside gets its note after it was made, and a kill falls between; the other two never exist without.
  const noted = readNote(row.comment)?.kind === kind || kind === 'aside' || isInvalid(row);
  if (!noted) throw new ProblemError(notOurs(connection.server, name));
  await terminateSessions(connection, row.oid);
  try {
    await connection.query(`DROP DATABASE IF EXISTS ${connection.identifier(name)} WITH (FORCE)`);
  } catch (error) {
    if (sqlState(error) !== '55P03') throw error;
    throw new ProblemError(held(connection.server, name), { exitCode: ExitCode.failed, cause: error });
  }
}

const held = (server: Server, name: string) => ({
  code: 'DB_BUSY',
  title: `${name} on ${shownServer(server)} is held by a transaction of somebody else and could not be dropped`,
  next: 'end that transaction, then coog db:prune',
});

const notOurs = (server: Server, name: string) => ({
  code: 'DB_NOT_OURS',
  title: `${name} on ${shownServer(server)} is not dropped: coog did not make it, or the project serves it`,
  detail: 'Only copies, replaced databases and snapshots that carry the note of coog are dropped.',
  next: 'coog db:list',
});
