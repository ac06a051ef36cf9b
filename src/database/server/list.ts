import { type DatabaseRow, databaseRows, isInvalid } from './catalogue.ts';
import { type Connection, connect, connectToServer, withConnection } from './connect.ts';
import { parseRelated, type RelatedKind, type RelatedName } from './names.ts';
import { type DatabaseNote, readNote } from './notes.ts';
import type { Server } from './types.ts';

export interface DatabaseInfo {
  readonly name: string;
  readonly owner: string;
  readonly encoding: string;
  /** The locale that sorts its texts, with its provider where that is not the C library: `fr_FR.UTF-8`, `icu:fr-FR`. */
  readonly collation: string;
  /** Undefined when we may not connect to it. */
  readonly bytes: number | undefined;
  /** `live` for all that coog did not make beside another one. */
  readonly kind: 'live' | RelatedKind;
  /** Whether the project serves it. */
  readonly served: boolean;
  /** Of a related one: the live database that it belongs to, and the rest of its name. */
  readonly of?: string;
  readonly id?: string;
  readonly note?: DatabaseNote;
  /** A person's comment. */
  readonly comment?: string;
  readonly allowsConnections: boolean;
  /** Its DROP was interrupted: it can only be dropped. */
  readonly invalid: boolean;
  /** Undefined when it holds no Tryton, or cannot be looked into. */
  readonly tryton: TrytonInfo | undefined;
}

export interface TrytonInfo {
  readonly schema: string;
  /** Modules that are activated. */
  readonly modules: number;
  /** The version of the module ir, of a Tryton that writes it into the database. */
  readonly version?: string;
}

/** Databases looked into at once. */
const PARALLEL = 4;

/**
 * All databases of a server but templates and `postgres`. Needs no right; what we may not connect to has neither size nor
 * Tryton. @throws ProblemError as `connect`
 */
export async function listDatabases(server: Server): Promise<DatabaseInfo[]> {
  const { rows, sizes } = await withConnection(
    await connectToServer(server, { others: server.databases }),
    async (connection) => ({ rows: await databaseRows(connection), sizes: await sizesOf(connection) }),
  );
  const shown = rows.filter((row) => row.name !== 'postgres' || server.databases.includes('postgres'));
  const infos: DatabaseInfo[] = [];
  for (let i = 0; i < shown.length; i += PARALLEL)
    infos.push(
      ...(await Promise.all(
        shown.slice(i, i + PARALLEL).map(async (row) => ({
          ...describe(row, server),
          bytes: sizes.get(row.name),
          tryton: row.allowsConnections && !isInvalid(row) ? await lookInto(server, row.name) : undefined,
        })),
      )),
    );
  return infos;
}

async function sizesOf(connection: Connection): Promise<Map<string, number>> {
  const rows = await connection.query<{ name: string; bytes: string | null }>(
    `SELECT datname AS name, CASE WHEN has_database_privilege(oid, 'CONNECT') OR pg_has_role('pg_read_all_stats', 'USAGE')
                                  THEN pg_database_size(oid) END AS bytes
       FROM pg_database WHERE NOT datistemplate AND datconnlimit <> -2`,
  );
  return new Map(rows.flatMap(({ name, bytes }) => (bytes === null ? [] : [[name, Number(bytes)] as const])));
}

const providers = { c: '', i: 'icu:', b: 'builtin:' } as const;

function describe(row: DatabaseRow, server: Server): Omit<DatabaseInfo, 'bytes' | 'tryton'> {
  const note = readNote(row.comment);
  const served = server.databases.includes(row.name);
  const related = served ? undefined : relatedOf(row, note);
  return {
    name: row.name,
    owner: row.owner,
    encoding: row.encoding,
    collation: `${providers[row.provider]}${row.provider === 'c' ? row.collate : (row.locale ?? row.collate)}`,
    kind: related?.kind ?? 'live',
    served,
    ...(related ? { of: note?.of ?? related.base, id: note?.id ?? related.id } : {}),
    ...(note ? { note } : {}),
    ...(row.comment !== null && !note ? { comment: row.comment } : {}),
    allowsConnections: row.allowsConnections,
    invalid: isInvalid(row),
  };
}

/**
 * What coog made beside a live database. A name alone does not say so, but for an `aside`: it gets its note after it was made,
 * and a kill falls between.
 */
function relatedOf(row: DatabaseRow, note: DatabaseNote | undefined): RelatedName | undefined {
  const related = parseRelated(row.name);
  return related?.kind === 'aside' || related?.kind === note?.kind || isInvalid(row) ? related : undefined;
}

async function lookInto(server: Server, database: string): Promise<TrytonInfo | undefined> {
  try {
    return await withConnection(await connect(server, database, { statementTimeout: 5_000 }), trytonOf);
  } catch {
    return undefined;
  }
}

/** What Tryton there is in a database: the schema that holds both ir_module and res_user. @throws ProblemError */
export async function trytonOf(connection: Connection): Promise<TrytonInfo | undefined> {
  const [place] = await connection.query<{ schema: string }>(
    `SELECT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname IN ('ir_module', 'res_user') AND c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%'
      GROUP BY 1 HAVING count(*) = 2 ORDER BY n.nspname <> 'public', 1 LIMIT 1`,
  );
  if (!place) return undefined;
  const [found] = await connection.query<{ modules: number; version: string | null }>(
    `SELECT count(*) FILTER (WHERE m.state IN ('activated', 'installed', 'to upgrade', 'to remove'))::int AS modules,
            max(to_jsonb(m)->>'version') FILTER (WHERE m.name = 'ir') AS version
       FROM ${connection.identifier(place.schema)}.ir_module m`,
  );
  const { modules = 0, version } = found ?? {};
  return { schema: place.schema, modules, ...(version ? { version } : {}) };
}
