import type { Connection } from './connect.ts';

/**
 * Begins a transaction that reads one state of the database and stays open until the connection is closed, and hands back
 * the name by which pg_dump (`--snapshot`) and other sessions see the same state. Needs no right. @throws ProblemError
 */
export async function exportSnapshot(connection: Connection): Promise<string> {
  await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const [row] = await connection.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  return row?.snapshot ?? '';
}

/** Sees what another session has exported, until the connection is closed. @throws ProblemError */
export async function adoptSnapshot(connection: Connection, snapshot: string): Promise<void> {
  await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  await connection.query(`SET TRANSACTION SNAPSHOT ${connection.literal(snapshot)}`);
}
