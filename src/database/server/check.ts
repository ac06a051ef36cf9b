import { connect, withConnection } from './connect.ts';
import { type SequenceFact, sequencesOf } from './facts.ts';
import { sequencesBehind } from './sequences.ts';
import { countRows, type ReadOptions, type TableRows } from './tables.ts';
import type { Server } from './types.ts';

/** What a backup says that a restored database must hold. */
export interface Expected {
  readonly tables: readonly TableRows[];
  readonly sequences?: readonly SequenceFact[];
}

export interface Difference {
  readonly kind: 'table-missing' | 'table-extra' | 'rows' | 'index-invalid' | 'sequence-missing' | 'sequence-behind';
  /** `schema.name` */
  readonly object: string;
  readonly expected?: string;
  readonly found?: string;
}

/**
 * Compares a restored database with what its backup says: tables, rows of each, sequences, indexes. Empty when it is whole.
 * A sequence that is behind its column counts only when the backup does not say that it was so already. Needs SELECT on
 * everything. @throws ProblemError
 */
export async function checkRestored(
  server: Server,
  database: string,
  expected: Expected,
  options: Pick<ReadOptions, 'parallel' | 'signal'> = {},
): Promise<Difference[]> {
  const tables = await countRows(server, database, options);
  return withConnection(await connect(server, database), async (connection) => {
    const sequences = await sequencesOf(connection);
    const indexes = await connection.query<{ object: string }>(
      `SELECT format('%s.%s', n.nspname, c.relname) AS object
         FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE NOT i.indisvalid ORDER BY 1`,
    );
    const asBefore = new Set(expected.sequences?.filter((s) => s.last === lastOf(sequences, s)).map(nameOf));
    const behind = (await sequencesBehind(connection)).filter(({ object }) => !asBefore.has(object));
    return [
      ...compareTables(expected.tables, tables),
      ...compareSequences(expected.sequences ?? [], sequences),
      ...indexes.map(({ object }) => ({ kind: 'index-invalid' as const, object })),
      ...behind.map((s) => ({ kind: 'sequence-behind' as const, ...s })),
    ];
  });
}

const nameOf = ({ schema, name }: { readonly schema: string; readonly name: string }): string => `${schema}.${name}`;
const lastOf = (sequences: readonly SequenceFact[], wanted: SequenceFact): string | null | undefined =>
  sequences.find((s) => nameOf(s) === nameOf(wanted))?.last;

function compareTables(expected: readonly TableRows[], found: readonly TableRows[]): Difference[] {
  const there = new Map(found.map((table) => [nameOf(table), table.rows]));
  const wanted = new Set(expected.map(nameOf));
  const differences = expected.flatMap((table): Difference[] => {
    const object = nameOf(table);
    const rows = there.get(object);
    if (rows === undefined) return [{ kind: 'table-missing', object, expected: String(table.rows) }];
    return rows === table.rows ? [] : [{ kind: 'rows', object, expected: String(table.rows), found: String(rows) }];
  });
  const extra = [...there].filter(([object]) => !wanted.has(object));
  return [
    ...differences,
    ...extra.map(([object, rows]) => ({ kind: 'table-extra' as const, object, found: String(rows) })),
  ];
}

function compareSequences(expected: readonly SequenceFact[], found: readonly SequenceFact[]): Difference[] {
  const there = new Set(found.map(nameOf));
  return expected
    .filter((sequence) => !there.has(nameOf(sequence)))
    .map((sequence) => ({ kind: 'sequence-missing', object: nameOf(sequence) }));
}
