import { type Connection, connectToServer, withConnection } from './connect.ts';
import type { Server } from './types.ts';

/** Somebody who is connected. What belongs to other users is shown only to members of pg_read_all_stats. */
export interface Session {
  readonly pid: number;
  readonly user: string;
  readonly application: string;
  /** The address it comes from; empty for the server's own socket. */
  readonly client: string;
  readonly state: string;
  /** ISO 8601. */
  readonly since: string;
  /** Whether `terminateSessions` may end it. */
  readonly ours: boolean;
}

/**
 * Who may be ended by us: everybody's for a superuser, nobody's of a superuser's for anybody else, and of the rest those
 * of roles that we are a member of, or all for a member of pg_signal_backend.
 */
const MAY_END = `
  (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
  OR (NOT coalesce((SELECT rolsuper FROM pg_roles r WHERE r.oid = a.usesysid), true)
      AND (pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE')))`;

/** The server's own helpers come and go, and get out of the way by themselves. */
const OTHERS = `a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL`;

/** Sessions in a database, ours left out. Needs no right. @throws ProblemError */
export const sessions = (server: Server, database: string): Promise<Session[]> =>
  connectToServer(server, { others: server.databases }).then((c) =>
    withConnection(c, (connection) => sessionsIn(connection, [database])),
  );

export const sessionsIn = (connection: Connection, databases: readonly string[]): Promise<Session[]> =>
  connection.query<{ [K in keyof Session]: Session[K] }>(
    `SELECT a.pid, coalesce(a.usename, '') AS user, coalesce(a.application_name, '') AS application,
            coalesce(host(a.client_addr), '') AS client, coalesce(a.state, '') AS state,
            to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since, (${MAY_END}) AS ours
       FROM pg_stat_activity a WHERE a.datname = ANY($1) AND ${OTHERS} ORDER BY a.pid`,
    [databases],
  );

/** Ends the sessions in a database, by its oid, as far as we may. Hands back how many there were. */
export async function terminateSessions(connection: Connection, oid: number): Promise<number> {
  const [row] = await connection.query<{ count: number }>(
    `SELECT count(pg_terminate_backend(a.pid))::int AS count
       FROM pg_stat_activity a WHERE a.datid = $1 AND ${OTHERS} AND (${MAY_END})`,
    [oid],
  );
  return row?.count ?? 0;
}
