import type { Connection } from './connect.ts';

/** Statements that happen together or not at all, sent in one message: killed or not, the server gets all or none. */
export async function transaction(connection: Connection, statements: readonly string[]): Promise<void> {
  try {
    await connection.query(['BEGIN READ WRITE', ...statements, 'COMMIT'].join('; '));
  } catch (error) {
    await connection.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
