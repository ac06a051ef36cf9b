import { type Connection, connectToServer, withConnection } from './server/index.ts';
import type { Target } from './target.ts';

/**
 * Lets nobody into a database until `reopen`, and ends the sessions in it: what its users changed while a copy of it is
 * worked on would be lost. Other databases of the server go on. A run that was killed leaves it closed; `reopen` is what
 * the next one begins with. Needs the owner.
 */
export async function close({ server, database }: Target): Promise<void> {
  await withConnection(await connectToServer(server), async (connection) => {
    await allow(connection, database, false);
    await connection.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()',
      [database],
    );
  });
}

/** Lets users in again, also into what was replaced while it was closed. */
export async function reopen({ server, database }: Target): Promise<void> {
  await withConnection(await connectToServer(server), async (connection) => {
    const closed = await connection.query<{ name: string }>(
      `SELECT datname AS name FROM pg_database
        WHERE NOT datallowconn AND NOT datistemplate AND (datname = $1 OR starts_with(datname, $1 || '__'))`,
      [database],
    );
    for (const { name } of closed) await allow(connection, name, true);
  });
}

const allow = (connection: Connection, name: string, may: boolean): Promise<unknown> =>
  connection.query(`ALTER DATABASE ${connection.identifier(name)} ALLOW_CONNECTIONS ${may}`);
