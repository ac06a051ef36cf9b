import { type Column, fullName, readLinks, readTables, type Table } from './catalogue.ts';
import { createProfile } from './profile.ts';
import { isCatalogue, sourcesOf } from './sources.ts';
import type { ScanConnection } from './types.ts';

/** What is in a database, and of whom. */
export interface Survey {
  readonly tables: readonly Table[];
  /** Columns of a table whose values are looked for afterwards. */
  tellingColumns(table: Table): ReadonlySet<string>;
}

/** Rows that are looked at to know a column, and to know that a table's rows point to others. */
const LOOKED_AT = 3000;
const FEW = 200;

export async function survey(connection: ScanConnection, signal: AbortSignal): Promise<Survey> {
  const tables = await readTables(connection);
  const unlinked = tables.filter((table) => !isCatalogue(table));
  const references = new Set<string>();
  for (const table of unlinked) {
    signal.throwIfAborted();
    if (await pointsToRecords(connection, table)) references.add(table.name);
  }
  const sources = sourcesOf(tables, await readLinks(connection), references);
  const telling = new Map<string, ReadonlySet<string>>();
  for (const table of tables.filter((one) => sources.has(fullName(one)))) {
    signal.throwIfAborted();
    telling.set(fullName(table), await profiled(connection, table));
  }
  return { tables, tellingColumns: (table) => telling.get(fullName(table)) ?? new Set() };
}

const isText = ({ form, number }: Column): boolean => form === 'text' && !number;

/** A column of texts like "party.party,12": the application's way to link a row to any other. */
async function pointsToRecords(connection: ScanConnection, table: Table): Promise<boolean> {
  const columns = table.columns.filter(isText);
  if (columns.length === 0) return false;
  const found = await firstValues(connection, table, columns, FEW);
  return found.some(
    (values) => values.length > 0 && values.every((value) => /^[a-z]\w*\.[a-z]\w*(\.\w+)*,\d+$/.test(value)),
  );
}

async function profiled(connection: ScanConnection, table: Table): Promise<Set<string>> {
  const columns = table.columns.filter(({ number }) => !number);
  const texts = columns.filter(isText);
  const found = await firstValues(connection, table, texts, LOOKED_AT);
  const dull = texts.filter(({ name }, i) => {
    const profile = createProfile(name);
    for (const value of found[i] ?? []) profile.see(value);
    return !profile.isTelling();
  });
  return new Set(columns.filter((column) => !dull.includes(column)).map(({ name }) => name));
}

/**
 * The values that each column has in a table's first rows. One that has none there, as a later version of the application
 * brought it, is asked for its own first ones.
 */
async function firstValues(
  connection: ScanConnection,
  table: Table,
  columns: readonly Column[],
  limit: number,
): Promise<string[][]> {
  if (columns.length === 0) return [];
  const rows = await firstRows(connection, table, columns, limit);
  const found = columns.map((_, i) => rows.flatMap((row) => row[i] || []));
  if (rows.length < limit) return found;
  for (const [i, column] of columns.entries()) {
    if (found[i]?.length !== 0) continue;
    const filled = `${connection.identifier(column.name)}::text <> ''`;
    found[i] = (await firstRows(connection, table, [column], limit, filled)).flatMap(([value]) => value || []);
  }
  return found;
}

/** In the order of their ids; which rows come first does not matter where a condition leaves some out. */
async function firstRows(
  connection: ScanConnection,
  table: Table,
  columns: readonly Column[],
  limit: number,
  where?: string,
): Promise<(string | null)[][]> {
  const { identifier } = connection;
  const list = columns.map(({ name }) => `left(${identifier(name)}::text, 200)`).join(', ');
  const order = table.hasId ? 'ORDER BY id' : '';
  const name = `ONLY ${identifier(table.schema)}.${identifier(table.name)}`;
  // An index of ids would be a slow way through a column of which nearly all is NULL.
  const from = where === undefined ? name : `(SELECT * FROM ${name} WHERE ${where} LIMIT ${limit}) AS found`;
  const rows = await connection.query<{ row: (string | null)[] }>(
    `SELECT ARRAY[${list}] AS row FROM ${from} ${order} LIMIT ${limit}`,
  );
  return rows.map(({ row }) => row);
}
