import { ProblemError } from '../../shared/problem.ts';
import type { Connection } from './connect.ts';
import { databaseNotFound } from './problems.ts';

/** A row of pg_database, as far as it is used; what a version of PostgreSQL does not have is undefined. */
export interface DatabaseRow {
  readonly oid: number;
  readonly name: string;
  readonly owner: string;
  readonly encoding: string;
  /** `c` libc, `i` ICU, `b` built in. */
  readonly provider: 'c' | 'i' | 'b';
  readonly collate: string;
  readonly ctype: string;
  /** Of ICU and the built-in provider. */
  readonly locale: string | null;
  readonly rules: string | null;
  readonly tablespace: string;
  readonly connectionLimit: number;
  readonly allowsConnections: boolean;
  readonly isTemplate: boolean;
  readonly comment: string | null;
}

/** Columns were added and renamed over the versions (13 to 18): read as JSON, one statement serves all. */
const ROWS = `
  SELECT d.oid::int8::text AS oid, d.datname AS name, pg_get_userbyid(d.datdba) AS owner,
         pg_encoding_to_char(d.encoding) AS encoding, coalesce(j->>'datlocprovider', 'c') AS provider,
         d.datcollate AS collate, d.datctype AS ctype, coalesce(j->>'datlocale', j->>'daticulocale') AS locale,
         j->>'daticurules' AS rules, s.spcname AS tablespace, d.datconnlimit AS "connectionLimit",
         d.datallowconn AS "allowsConnections", d.datistemplate AS "isTemplate",
         shobj_description(d.oid, 'pg_database') AS comment
    FROM pg_database d JOIN pg_tablespace s ON s.oid = d.dattablespace, LATERAL (SELECT to_jsonb(d) AS j) AS json`;

/** All databases but templates, by name; those named alone when some are. Needs no right. */
export async function databaseRows(connection: Connection, names?: readonly string[]): Promise<DatabaseRow[]> {
  const rows = await connection.query<Omit<DatabaseRow, 'oid'> & { oid: string }>(
    `${ROWS} WHERE NOT d.datistemplate AND ($1::text[] IS NULL OR d.datname = ANY($1)) ORDER BY d.datname`,
    [names ?? null],
  );
  return rows.map((row) => ({ ...row, oid: Number(row.oid) }));
}

/** @throws ProblemError DB_NOT_FOUND (exit code 2) */
export async function databaseRow(connection: Connection, name: string): Promise<DatabaseRow> {
  const rows = await databaseRows(connection);
  const row = rows.find((r) => r.name === name);
  if (row) return row;
  throw new ProblemError(
    databaseNotFound(
      connection.server,
      name,
      rows.map((r) => r.name),
    ),
  );
}

/** -2 marks one whose DROP was interrupted: nothing but dropping it is possible any more. */
export const isInvalid = (row: DatabaseRow): boolean => row.connectionLimit === -2;
