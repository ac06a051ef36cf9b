import type { Table } from './catalogue.ts';
import { readContents } from './contents.ts';
import { type SampledDates, sampleDates } from './dates.ts';
import { readElsewhere } from './places.ts';
import { readRows } from './rows.ts';
import { createSecrets, Flag, type Secrets } from './secrets.ts';
import { type Counts, createCounts, createSeen } from './seen.ts';
import { isCatalogue } from './sources.ts';
import { type Survey, survey } from './survey.ts';
import { createTake, type Elsewhere } from './take.ts';
import type { Sample, SampleOptions, ScanConnection, TakeSample } from './types.ts';
import { createWords, isTelling, type Piece, WHOLE, type Words } from './words.ts';

/** What the scan looks for. */
export interface Taken extends Sample {
  readonly secrets: Secrets;
  readonly dates: readonly SampledDates[];
}

/** What is seen more often is a common word or name; it rises with the size of the database up to the second number. */
const OFTEN = [50, 250] as const;
const ROWS_PER_ONE = 5000;

/**
 * Reads the database twice: once to know how common every word is and where, once to take what few rows have. Some 30 MB of
 * memory whatever the size of the database. @throws what the connection throws
 */
export const sample: TakeSample = async (connection, options) => {
  const found = await survey(connection, options.signal);
  const progress = createProgress(options);
  const counts = createCounts();
  const elsewhere = { common: createSeen(), publicly: createSeen() };
  const words = createWords();
  const rows = await count(connection, found, { ...options, counts, elsewhere, progress, words });
  await countDefinitions(connection, elsewhere, words);
  const often = Math.min(OFTEN[1], Math.max(OFTEN[0], rows / ROWS_PER_ONE));
  const secrets = createSecrets();
  let tables = 0;
  for (const table of found.tables) {
    if (found.tellingColumns(table).size === 0) continue;
    tables += 1;
    await takeFrom(connection, { ...options, table, found, secrets, counts, elsewhere, often, progress, words });
  }
  const dates = await sampleDates(connection, found.tables, { ...options, secrets, words });
  return { secrets, dates, tables, size: secrets.size } satisfies Taken;
};

interface Work extends SampleOptions {
  readonly counts: Counts;
  readonly elsewhere: Elsewhere;
  readonly progress: () => void;
  readonly words: Words;
}

/** @returns the rows of tables about people */
async function count(connection: ScanConnection, found: Survey, work: Work): Promise<number> {
  const { words } = work;
  let personal = 0;
  for (const table of found.tables) {
    const telling = found.tellingColumns(table);
    const listed = isCatalogue(table) ? work.elsewhere.publicly : work.elsewhere.common;
    const read = (which: 'kept' | 'others') =>
      readRows(connection, {
        ...{ table, columns: table.columns, kept: work.kept, which, signal: work.signal },
        onRow(values) {
          work.progress();
          if (telling.size > 0 && which === 'others') personal += 1;
          for (const [i, value] of values.entries()) {
            const column = table.columns[i];
            if (value === null || value === '' || column === undefined) continue;
            const harmless = which === 'kept' || !telling.has(column.name);
            readContents(column.form, value, (text, place) => {
              if (place === 'noise') return;
              const visit = (piece: Piece): void => {
                if (!isTelling(piece)) return;
                if (which === 'others') work.counts.add(piece);
                if (harmless || place === 'key') listed.add(piece);
              };
              words(text, visit, text.length > WHOLE ? 2 : 3);
            });
          }
        },
      });
    await read('others');
    await read('kept');
  }
  return personal;
}

/** Names of tables and columns are words of no person, wherever they are written. */
async function countDefinitions(connection: ScanConnection, { common }: Elsewhere, words: Words): Promise<void> {
  for (const { place, text } of await readElsewhere(connection))
    if (place === 'definitions') words(text, (piece) => void (piece.words === 1 && common.add(piece)), 1);
}

const FIRST = /^(first_?name|prenom|given_?name)$/i;
const LAST = /^(name|last_?name|birth_?name|surname|nom)$/i;
const PLACE = /city|town|ville/i;

interface Taking extends Work {
  readonly table: Table;
  readonly found: Survey;
  readonly secrets: Secrets;
  readonly often: number;
}

async function takeFrom(connection: ScanConnection, work: Taking): Promise<void> {
  const { table, secrets, counts, elsewhere, often } = work;
  const take = createTake(work.words);
  const telling = work.found.tellingColumns(table);
  const columns = table.columns.filter(({ name }) => telling.has(name));
  const places = new Set(columns.flatMap(({ name }, i) => (PLACE.test(name) ? [i] : [])));
  const keep = (piece: Piece, isPlace: boolean): void => {
    if (counts.of(piece) > often) return;
    const publicly = elsewhere.publicly.has(piece);
    if (isPlace && publicly) return;
    const alone = piece.words === 1 && piece.digits === 0;
    const short = piece.digits === piece.length && piece.digits < 12;
    const weak = short || (alone && elsewhere.common.has(piece));
    secrets.add(piece, (weak ? Flag.weak : 0) | (publicly ? Flag.public : 0));
  };
  const firsts = columns.flatMap(({ name }, i) => (FIRST.test(name) ? [i] : []));
  const lasts = columns.flatMap(({ name }, i) => (LAST.test(name) ? [i] : []));
  await readRows(connection, {
    ...{ table, columns, kept: work.kept, which: 'others', signal: work.signal },
    onRow(values) {
      work.progress();
      for (const [i, column] of columns.entries()) {
        const value = values[i];
        if (!value) continue;
        readContents(column.form, value, (text, place) => {
          if (place === 'value') take(text, (piece) => keep(piece, places.has(i)));
        });
      }
      // A name that stands in two columns is written in one elsewhere.
      for (const first of firsts)
        for (const last of lasts) {
          const [a, b] = [values[first], values[last]];
          if (a && b) for (const text of [`${a} ${b}`, `${b} ${a}`]) take(text, (piece) => keep(piece, false));
        }
    },
  });
}

/** Told every 10,000 rows. */
function createProgress({ onProgress }: SampleOptions): () => void {
  let rows = 0;
  return () => {
    rows += 1;
    if (rows % 10_000 === 0) onProgress?.(rows);
  };
}
