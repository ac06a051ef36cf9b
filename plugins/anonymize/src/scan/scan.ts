import { fullName, readTables, type Table } from './catalogue.ts';
import { compareDates } from './dates.ts';
import { documentsIn } from './documents.ts';
import { createAllow, createLook, type Look } from './look.ts';
import { eachLargeObject, readElsewhere } from './places.ts';
import { readRows } from './rows.ts';
import type { Taken } from './sample.ts';
import { createSeen, type Seen } from './seen.ts';
import { isCatalogue } from './sources.ts';
import { createTally, type Tally } from './tally.ts';
import type { Hit, Scan, ScanConnection, ScanOptions } from './types.ts';
import { createWords, type Words } from './words.ts';

/**
 * Searches the whole database for what was sampled: every column that can hold a text or a number of eight digits, planner
 * statistics, comments, definitions, large objects, and the document store. One pass; memory does not depend on the size.
 * @throws what the connection throws; Error for a sample that is of another program
 */
export const scan: Scan = async (connection, sample, options) => {
  const { secrets, dates } = sample as Taken;
  if (!secrets) throw new Error('the sample is not one of this scan');
  const tables = await readTables(connection);
  const words = createWords();
  const state: State = { look: createLook(secrets, words), words, bytes: 0, rows: 0, options };
  const hits: Hit[] = [];
  // The largest come first: each session takes the next one that is left.
  const left = tables.values();
  const drain = async (session: ScanConnection): Promise<void> => {
    for (const table of left) hits.push(...(await scanTable(session, table, state)));
  };
  const sessions = options.second ? [connection, options.second] : [connection];
  await Promise.all(sessions.map(drain));
  hits.push(...(await compareDates(connection, dates, { secrets, tables, words, ...options })));
  hits.push(...(await scanElsewhere(connection, tables, state)));
  hits.push(...(await scanLargeObjects(connection, state)));
  if (options.documents !== undefined) hits.push(...(await scanDocuments(options.documents, state)));
  return { hits: hits.sort(byPlace), bytes: state.bytes, rows: state.rows };
};

interface State {
  readonly words: Words;
  readonly look: Look;
  readonly options: ScanOptions;
  bytes: number;
  rows: number;
}

async function scanTable(connection: ScanConnection, table: Table, state: State): Promise<Hit[]> {
  const { kept, signal } = state.options;
  const isPublic = isCatalogue(table);
  const tallies = table.columns.map(({ name }) =>
    createTally({ schema: table.schema, table: table.name, column: name }),
  );
  await readRows(connection, {
    ...{ table, columns: table.columns, kept, which: 'others', signal },
    onBytes: (bytes) => told(state, bytes),
    onRow(values) {
      state.rows += 1;
      for (const [i, column] of table.columns.entries()) {
        const value = values[i];
        if (value) state.look.value(column.form, value, { tally: tallies[i] as Tally, isPublic });
      }
    },
  });
  return tallies.flatMap(({ hits }) => hits);
}

function told(state: State, bytes: number): void {
  state.bytes += bytes;
  state.options.onProgress?.(state.bytes);
}

async function scanElsewhere(connection: ScanConnection, tables: readonly Table[], state: State): Promise<Hit[]> {
  const allowed = new Map<string, Seen>();
  for (const table of tables) {
    const seen = await keptValues(connection, table, state);
    if (seen) allowed.set(fullName(table), seen);
  }
  const tallies = new Map<string, Tally>();
  for (const { place, schema, table, column, text } of await readElsewhere(connection)) {
    const shown = place === 'pg_stats' ? `${table}.${column}` : column;
    const key = JSON.stringify([place, schema, shown]);
    const tally = tallies.get(key) ?? createTally({ schema, table: place, column: shown });
    tallies.set(key, tally);
    told(state, text.length);
    const isPublic = table !== null && isCatalogue({ schema, name: table });
    const of = table === null ? undefined : allowed.get(fullName({ schema, name: table }));
    for (const value of place === 'pg_stats' ? elements(text) : [text])
      state.look.value('text', value, { tally, isPublic, ...(of ? { allowed: of } : {}) });
  }
  return [...tallies.values()].flatMap(({ hits }) => hits);
}

/** Statistics hold values of rows that are kept, too. */
async function keptValues(
  connection: ScanConnection,
  table: Table,
  { options, words }: State,
): Promise<Seen | undefined> {
  if (!options.kept.some((one) => one.schema === table.schema && one.table === table.name)) return undefined;
  const seen = createSeen(20);
  const allow = createAllow(seen, words);
  await readRows(connection, {
    ...{ table, columns: table.columns, kept: options.kept, which: 'kept', signal: options.signal },
    onRow(values) {
      for (const [i, { form }] of table.columns.entries()) if (values[i]) allow(form, values[i]);
    },
  });
  return seen;
}

/** The values of an array as PostgreSQL writes it; quotes where they are needed. */
export function elements(text: string): string[] {
  const found = text.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|([^,{}]+)/gs);
  return [...found].map(([, quoted, bare]) => quoted?.replaceAll(/\\(.)/gs, '$1') ?? bare ?? '');
}

async function scanLargeObjects(connection: ScanConnection, state: State): Promise<Hit[]> {
  const tally = createTally({ schema: 'pg_catalog', table: 'pg_largeobject', column: 'data' });
  await eachLargeObject(connection, state.options.signal, (bytes) => {
    told(state, bytes.length);
    state.look.bytes(bytes, { tally, isPublic: false });
  });
  return [...tally.hits];
}

async function scanDocuments(folder: string, state: State): Promise<Hit[]> {
  const names = createTally({ schema: '', table: 'files', column: 'name' });
  const contents = createTally({ schema: '', table: 'files', column: 'content' });
  for await (const { path, bytes } of documentsIn(folder, state.options.signal)) {
    told(state, bytes.length);
    state.look.value('text', path, { tally: names, isPublic: false });
    if (bytes.length > 0) state.look.bytes(bytes, { tally: contents, isPublic: false });
  }
  return [...names.hits, ...contents.hits];
}

const byPlace = (a: Hit, b: Hit): number => {
  const [x, y] = [a, b].map(({ schema, table, column, kind }) => JSON.stringify([schema, table, column, kind]));
  return (x as string) < (y as string) ? -1 : 1;
};
