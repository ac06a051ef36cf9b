import type { Connection } from './connect.ts';

/**
 * Roles that a dump of this database names: those that were given rights, that policies are for, or whose default rights were
 * changed. Its owners are not among them, as nothing is restored in their names. Needs no right. @throws ProblemError
 */
export async function rolesNamed(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ name: string }>(
    `SELECT DISTINCT r.rolname AS name FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
      WHERE d.refclassid = 'pg_authid'::regclass AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (d.deptype IN ('a', 'r') OR d.classid = 'pg_default_acl'::regclass)
        AND r.rolname NOT LIKE 'pg\\_%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** Those of some roles that the server does not have. @throws ProblemError */
export async function missingRoles(connection: Connection, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const rows = await connection.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY($1)',
    [names],
  );
  const found = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !found.has(name));
}

/** Undefined when there is no such database. @throws ProblemError */
export async function databaseEncoding(connection: Connection, database: string): Promise<string | undefined> {
  const [row] = await connection.query<{ encoding: string }>(
    'SELECT pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = $1',
    [database],
  );
  return row?.encoding;
}
