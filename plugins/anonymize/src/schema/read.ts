import { COLUMNS, TABLES, UNIQUES } from './queries.ts';
import type { SchemaColumn, SchemaTable, Unique } from './types.ts';

/** Runs a query; a session of `@coog/cli/database`. */
export interface Queries {
  query<R extends object>(text: string): Promise<R[]>;
}

type Of<T> = T & { readonly oid: string };

/** Reads the tables of a database, sorted by schema and name. Three queries, 0.3 s for a thousand tables. */
export async function readSchema(connection: Queries): Promise<SchemaTable[]> {
  const tables = await connection.query<Of<Omit<SchemaTable, 'oid' | 'bytes'>> & { bytes: string }>(TABLES);
  const columns = groupBy(await connection.query<Of<SchemaColumn>>(COLUMNS));
  const uniques = groupBy(await connection.query<Of<Unique>>(UNIQUES));
  return tables.map(({ oid, bytes, ...table }) => ({
    ...table,
    oid: Number(oid),
    bytes: Number(bytes),
    key: table.schema === 'public' ? table.name : `${table.schema}.${table.name}`,
    columns: (columns.get(oid) ?? []).map((c) => ({
      ...c,
      length: c.length ?? undefined,
      blockedBy: c.blockedBy ?? undefined,
    })),
    uniques: uniques.get(oid) ?? [],
  }));
}

function groupBy<T>(rows: readonly Of<T>[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const { oid, ...row } of rows) {
    const group = groups.get(oid) ?? [];
    group.push(row as T);
    groups.set(oid, group);
  }
  return groups;
}
