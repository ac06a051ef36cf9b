import type { Table } from './catalogue.ts';
import type { Secrets } from './secrets.ts';
import type { Hit, KeptRows, ScanConnection } from './types.ts';
import type { Piece, Words } from './words.ts';

/** A column of birth dates and the like: a date alone is on many rows, but a masked one moves away from its own. */
export interface SampledDates {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** Rows of a column that are compared. */
const COMPARED = 2000;
/** Some dates are moved by no day. */
const BY_CHANCE = 0.1;

interface Options {
  readonly secrets: Secrets;
  readonly words: Words;
  readonly kept: readonly KeptRows[];
  readonly signal: AbortSignal;
}

export async function sampleDates(
  connection: ScanConnection,
  tables: readonly Table[],
  options: Options,
): Promise<SampledDates[]> {
  const taken: SampledDates[] = [];
  for (const { schema, name, dates, hasId } of tables)
    for (const date of hasId ? dates : []) {
      options.signal.throwIfAborted();
      const column = { schema, table: name, column: date.name };
      await eachDate(connection, column, options, (piece) => options.secrets.add(piece, 0));
      taken.push(column);
    }
  return taken;
}

/** Columns in which the dates are still on their rows; what is gone since then needs no look. */
export async function compareDates(
  connection: ScanConnection,
  columns: readonly SampledDates[],
  options: Options & { readonly tables: readonly Table[] },
): Promise<Hit[]> {
  const hits: Hit[] = [];
  for (const column of columns) {
    const table = options.tables.find(({ schema, name }) => schema === column.schema && name === column.table);
    if (!table?.dates.some(({ name }) => name === column.column)) continue;
    let [rows, same] = [0, 0];
    await eachDate(connection, column, options, (piece) => {
      rows += 1;
      if (options.secrets.flagsOf(piece) >= 0) same += 1;
    });
    if (same > Math.max(2, rows * BY_CHANCE) || (rows > 0 && same === rows))
      hits.push({ ...column, kind: 'value', count: same, example: '****-**-**' });
  }
  return hits;
}

async function eachDate(
  { query, identifier }: ScanConnection,
  { schema, table, column }: SampledDates,
  { kept, words }: Options,
  visit: (piece: Piece) => void,
): Promise<void> {
  const conditions = kept
    .filter((one) => one.schema === schema && one.table === table && one.columns.includes(column))
    .map(({ condition }) => `AND (${condition}) IS NOT TRUE`);
  const date = `t.${identifier(column)}`;
  const rows = await query<{ id: string; at: string }>(
    `SELECT t.id::text AS id, ${date}::text AS at FROM ONLY ${identifier(schema)}.${identifier(table)} AS t
      WHERE ${date} IS NOT NULL ${conditions.join(' ')} ORDER BY t.id LIMIT ${COMPARED}`,
  );
  // As one word: a date by itself must not be looked for.
  for (const { id, at } of rows)
    words(`${schema} ${table} ${column} ${id} ${at}`.replaceAll(/[^\p{L}\p{N}]/gu, 'x'), (piece) => {
      if (piece.words === 1) visit(piece);
    });
}
