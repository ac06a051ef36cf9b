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

/** Rows that are looked at to know a column. */
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
  const rows = await firstRows(connection, table, columns, FEW);
  return columns.some((_, i) => {
    const values = rows.map((row) => row[i]).filter((value) => value);
    return values.length > 0 && values.every((value) => /^[a-z]\w*\.[a-z]\w*(\.\w+)*,\d+$/.test(value as string));
  });
}

async function profiled(connection: ScanConnection, table: Table): Promise<Set<string>> {
  const columns = table.columns.filter(({ number }) => !number);
  const texts = columns.filter(isText);
  const rows = texts.length > 0 ? await firstRows(connection, table, texts, LOOKED_AT) : [];
  const dull = texts.filter(({ name }, i) => {
    const profile = createProfile(name);
    for (const row of rows) profile.see(row[i] ?? '');
    return !profile.isTelling();
  });
  return new Set(columns.filter((column) => !dull.includes(column)).map(({ name }) => name));
}

async function firstRows(
  connection: ScanConnection,
  table: Table,
  columns: readonly Column[],
  limit: number,
): Promise<(string | null)[][]> {
  const { identifier } = connection;
  const list = columns.map(({ name }) => `left(${identifier(name)}::text, 200)`).join(', ');
  const order = table.hasId ? 'ORDER BY id' : '';
  const rows = await connection.query<{ row: (string | null)[] }>(
    `SELECT ARRAY[${list}] AS row FROM ONLY ${identifier(table.schema)}.${identifier(table.name)} ${order} LIMIT ${limit}`,
  );
  return rows.map(({ row }) => row);
}
