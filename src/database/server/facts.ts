import type { Connection } from './connect.ts';
import { trytonOf } from './list.ts';
import { rolesNamed } from './roles.ts';

export interface SchemaFacts {
  /** As the server writes it: `17.4 (Debian 17.4-1.pgdg120+2)`. */
  readonly serverVersion: string;
  readonly encoding: string;
  readonly collation: string;
  readonly ctype: string;
  readonly bytes: number;
  readonly extensions: readonly Extension[];
  /** Tryton's modules and their states; empty for another application. */
  readonly modules: readonly TrytonModule[];
  readonly sequences: readonly SequenceFact[];
  /** That a dump names, see `rolesNamed`. */
  readonly roles: readonly string[];
}

export interface Extension {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
}

export interface TrytonModule {
  readonly name: string;
  readonly state: string;
  /** Of a Tryton that writes it into the database. */
  readonly version?: string;
}

export interface SequenceFact {
  readonly schema: string;
  readonly name: string;
  /** As text, since it may be larger than a number; null before its first use, or when we may not read it. */
  readonly last: string | null;
}

/** What a backup tells of its database beyond the rows. Needs SELECT on ir_module. @throws ProblemError */
export async function schemaFacts(connection: Connection): Promise<SchemaFacts> {
  const [database] = await connection.query<Omit<SchemaFacts, 'bytes'> & { bytes: string }>(
    `SELECT current_setting('server_version') AS "serverVersion", pg_encoding_to_char(encoding) AS encoding,
            datcollate AS collation, datctype AS ctype, pg_database_size(oid) AS bytes
       FROM pg_database WHERE datname = current_database()`,
  );
  const extensions = await connection.query<{ name: string; version: string; schema: string }>(
    `SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY 1`,
  );
  return {
    serverVersion: database?.serverVersion ?? '',
    encoding: database?.encoding ?? '',
    collation: database?.collation ?? '',
    ctype: database?.ctype ?? '',
    bytes: Number(database?.bytes ?? 0),
    extensions,
    modules: await modulesOf(connection),
    sequences: await sequencesOf(connection),
    roles: await rolesNamed(connection),
  };
}

async function modulesOf(connection: Connection): Promise<TrytonModule[]> {
  const tryton = await trytonOf(connection);
  if (!tryton) return [];
  const rows = await connection.query<{ name: string; state: string; version: string | null }>(
    `SELECT m.name, m.state, to_jsonb(m)->>'version' AS version
       FROM ${connection.identifier(tryton.schema)}.ir_module m ORDER BY 1`,
  );
  return rows.map(({ name, state, version }) => ({ name, state, ...(version ? { version } : {}) }));
}

export const sequencesOf = (connection: Connection): Promise<SequenceFact[]> =>
  connection.query<{ schema: string; name: string; last: string | null }>(
    `SELECT s.schemaname AS schema, s.sequencename AS name, s.last_value::text AS last FROM pg_sequences s ORDER BY 1, 2`,
  );
