import type { Connection } from './connect.ts';

export interface SequenceBehind {
  /** `schema.name` of the sequence. */
  readonly object: string;
  /** The largest value of the column. */
  readonly expected: string;
  /** The value that the sequence gives next is the one behind this; empty before its first use. */
  readonly found: string;
}

/**
 * Which column a sequence feeds: by being its own (serial, identity), or by the column's default, as Tryton does it.
 * Descending ones, and those of columns that are no integers, are left out.
 */
const FED = `
  SELECT DISTINCT sn.nspname AS "sequenceSchema", s.relname AS sequence, tn.nspname AS "tableSchema", t.relname AS "table",
         a.attname AS "column", q.last_value::text AS last, q.start_value::text AS start
    FROM (SELECT d.objid AS sequence, d.refobjid AS tab, d.refobjsubid AS col FROM pg_depend d
           WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
             AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
           UNION
          SELECT d.refobjid, ad.adrelid, ad.adnum FROM pg_depend d JOIN pg_attrdef ad ON ad.oid = d.objid
           WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass) AS fed
    JOIN pg_class s ON s.oid = fed.sequence AND s.relkind = 'S'
    JOIN pg_namespace sn ON sn.oid = s.relnamespace
    JOIN pg_class t ON t.oid = fed.tab AND t.relkind IN ('r', 'p')
    JOIN pg_namespace tn ON tn.oid = t.relnamespace
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = fed.col
    JOIN pg_sequences q ON q.schemaname = sn.nspname AND q.sequencename = s.relname
   WHERE q.increment_by > 0 AND NOT q.cycle AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
   ORDER BY 1, 2`;

/** Sequences whose next value is taken already. Needs SELECT on their tables. @throws ProblemError */
export async function sequencesBehind(connection: Connection): Promise<SequenceBehind[]> {
  const behind: SequenceBehind[] = [];
  for (const fed of await connection.query<Record<string, string> & { last: string | null }>(FED)) {
    const name = (key: string): string => connection.identifier(fed[key] ?? '');
    const [row] = await connection.query<{ max: string | null }>(
      `SELECT max(${name('column')})::text AS max FROM ${name('tableSchema')}.${name('table')}`,
    );
    if (row?.max == null) continue;
    const used = fed.last === null ? BigInt(fed.start ?? 1) - 1n : BigInt(fed.last);
    if (BigInt(row.max) <= used) continue;
    behind.push({ object: `${fed.sequenceSchema}.${fed.sequence}`, expected: row.max, found: fed.last ?? '' });
  }
  return behind;
}
