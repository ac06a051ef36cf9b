import { to } from 'pg-copy-streams';
import type { Column, Table } from './catalogue.ts';
import type { KeptRows, ScanConnection } from './types.ts';

/** Bytes of a value that are read in one go; the rest of a longer one follows in pieces. */
const LONGEST = 4 * 1024 * 1024;
/** What two pieces share, so that nothing is cut in two unseen. */
const OVERLAP = 512;

export interface RowsRequest {
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly kept: readonly KeptRows[];
  /** `kept`: only those rows and columns. `others`: all but those. `all`. */
  readonly which: 'kept' | 'others' | 'all';
  readonly signal: AbortSignal;
  /** `null` for NULL, and for what is not asked for. */
  readonly onRow: (values: readonly (string | null)[]) => void;
  readonly onBytes?: (bytes: number) => void;
}

/** Reads a table as one stream of COPY, so that memory does not depend on its size. */
export async function readRows(connection: ScanConnection, request: RowsRequest): Promise<void> {
  const { table, columns } = request;
  if (columns.length === 0) return;
  const from = `ONLY ${connection.identifier(table.schema)}.${connection.identifier(table.name)} AS t`;
  const filter = filterOf(request);
  if (filter.none) return;
  const list = columns.map((column) => {
    const value = `CASE WHEN NOT ${long(connection, column)} THEN ${shown(connection, column)} END`;
    const condition = filter.of(column.name);
    return condition === undefined ? value : `CASE WHEN ${condition} THEN ${value} END`;
  });
  const anyLong = columns.map((column) => long(connection, column)).join(' OR ');
  const places: string[] = [];
  await copy(connection, `SELECT ${list.join(', ')}, CASE WHEN ${anyLong} THEN t.ctid END FROM ${from}`, {
    ...request,
    onRow(values) {
      const at = values.at(-1);
      if (at) places.push(at);
      request.onRow(values);
    },
  });
  for (const at of places) await readLong(connection, request, { from, at, filter });
}

function filterOf({ table, kept, which }: RowsRequest) {
  const of = kept.filter(({ schema, table: name }) => schema === table.schema && name === table.name);
  return {
    none: which === 'kept' && of.length === 0,
    /** Condition under which a column is asked for; absent: always. */
    of(column: string): string | undefined {
      const conditions = of.filter(({ columns }) => columns.includes(column)).map(({ condition }) => `(${condition})`);
      if (which === 'kept') return conditions.length > 0 ? conditions.join(' OR ') : 'false';
      return which === 'others' && conditions.length > 0 ? `(${conditions.join(' OR ')}) IS NOT TRUE` : undefined;
    },
  };
}

const plain = (connection: ScanConnection, { name, form }: Column): string => {
  const column = `t.${connection.identifier(name)}`;
  return form === 'bytes' ? column : `${column}::text`;
};

const shown = (connection: ScanConnection, { name, composed }: Column): string => {
  const column = `t.${connection.identifier(name)}`;
  return composed ? `to_jsonb(${column})::text` : column;
};

/** Without unpacking it where that can be known. A NULL is not long. */
const long = (connection: ScanConnection, { name, form, number }: Column): string => {
  const column = `t.${connection.identifier(name)}`;
  if (number) return 'false';
  if (form === 'bytes') return `coalesce(octet_length(${column}) > ${LONGEST}, false)`;
  return `coalesce(pg_column_size(${column}) > ${LONGEST / 8}, false)`;
};

/** The long values of a row, piece by piece; they are few. */
async function readLong(
  connection: ScanConnection,
  request: RowsRequest,
  { from, at, filter }: { from: string; at: string; filter: ReturnType<typeof filterOf> },
): Promise<void> {
  for (const [i, column] of request.columns.entries()) {
    const where = [`t.ctid = '${at}'`, long(connection, column), filter.of(column.name) ?? 'true'].join(' AND ');
    const value = plain(connection, column);
    const read = (start: number): string => {
      const piece = `substr(${value}, ${start}, ${LONGEST})`;
      return column.form === 'bytes' ? `encode(${piece}, 'hex')` : piece;
    };
    let piece: string | null | undefined;
    for (let start = 1; piece !== ''; start += LONGEST - OVERLAP) {
      request.signal.throwIfAborted();
      const [row] = await connection.query<{ piece: string | null }>(
        `SELECT ${read(start)} AS piece FROM ${from} WHERE ${where}`,
      );
      piece = row?.piece ?? '';
      if (piece !== '') request.onRow(request.columns.map((_, k) => (k === i ? (piece as string) : null)));
    }
  }
}

/** The text format of COPY: a row a line, tabs between values, backslashes before what they would hide. */
async function copy(connection: ScanConnection, query: string, request: RowsRequest): Promise<void> {
  const { signal, onRow, onBytes } = request;
  const stream = connection.submit(to(`COPY (${query}) TO STDOUT`));
  let parts: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    onBytes?.(chunk.length);
    const end = chunk.lastIndexOf(10);
    if (end < 0) {
      parts.push(chunk);
      continue;
    }
    parts.push(chunk.subarray(0, end));
    const text = (parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts)).toString('utf8');
    parts = end + 1 < chunk.length ? [Buffer.from(chunk.subarray(end + 1))] : [];
    for (const line of text.split('\n')) onRow(line.split('\t').map(unescaped));
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unescaped(value: string): string | null {
  if (!value.includes('\\')) return value;
  if (value === '\\N') return null;
  return value.replaceAll(/\\(.)/gs, (_, c: string) => ESCAPES[c] ?? c);
}
