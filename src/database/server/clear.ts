import { connect, withConnection } from './connect.ts';
import type { Server } from './types.ts';

/**
 * Empties a database, for who was given one and may not make another: every schema goes with all that is in it, and public is
 * made anew. Only for what was empty before. @throws ProblemError DB_PERMISSION
 */
export async function clearDatabase(server: Server, database: string): Promise<void> {
  await withConnection(await connect(server, database), async (connection) => {
    const schemas = await connection.query<{ name: string }>(
      `SELECT nspname AS name FROM pg_namespace WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'`,
    );
    const drops = schemas.map(({ name }) => `DROP SCHEMA ${connection.identifier(name)} CASCADE`);
    await connection.query('BEGIN');
    for (const statement of [...drops, 'CREATE SCHEMA public', 'GRANT USAGE ON SCHEMA public TO PUBLIC', 'COMMIT'])
      await connection.query(statement);
  });
}
