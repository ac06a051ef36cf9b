import type { Connection } from '@coog/cli/database';
import { type Frequent, lookUps, pseudonymOf } from '../compile/statements.ts';
import { frequentSetting } from '../masks/frequent.ts';
import { withoutKeyInPlan } from '../masks/hash.ts';
import type { ColumnPlan, TablePlan } from '../plan/types.ts';
import { run } from './statement.ts';

const ofTable = (session: Connection, { table: { schema, name } }: TablePlan): string =>
  `schemaname = ${session.literal(schema)} AND tablename = ${session.literal(name)}`;

/** The part of a column's rows that its frequent values must have, for that to look each up costs less than it saves. */
const PART = 0.25;

/**
 * Makes the pseudonyms of a column's frequent values once: the hundred or so that PostgreSQL's own statistics name, as first names
 * and places have them. They stay in settings of the session, and nowhere on disk.
 * @returns the columns for which it did, and the number of the setting of each
 */
export async function makeFrequent(session: Connection, table: TablePlan): Promise<Frequent> {
  const columns = lookUps(table);
  if (columns.length === 0) return new Map();
  const found = await session.query<{ name: string }>(
    `SELECT attname AS name FROM pg_stats WHERE ${ofTable(session, table)} AND NOT inherited AND most_common_vals IS NOT NULL
      AND (SELECT sum(part) FROM unnest(most_common_freqs) part) >= ${PART}`,
  );
  const names = new Set(found.map(({ name }) => name));
  const frequent = new Map<ColumnPlan, number>();
  for (const column of columns.filter((c) => names.has(c.column.name))) {
    const which = frequent.size;
    await make(session, table, column, which);
    frequent.set(column, which);
  }
  return frequent;
}

/** Forgets them: values of the application stay no longer than needed. */
export async function forgetFrequent(session: Connection, frequent: Frequent): Promise<void> {
  for (const which of frequent.values())
    await session.query(`SELECT set_config('${frequentSetting(which)}', '', false)`);
}

const make = (session: Connection, table: TablePlan, column: ColumnPlan, which: number): Promise<void> =>
  run(
    session,
    table,
    `SELECT set_config('${frequentSetting(which)}', jsonb_object_agg(v, ${withoutKeyInPlan(pseudonymOf(column, 'v'))})::text, false)
              IS NOT NULL AS set
       FROM (SELECT DISTINCT unnest(most_common_vals::text::text[]) AS v FROM pg_stats
              WHERE ${ofTable(session, table)} AND attname = ${session.literal(column.column.name)} AND NOT inherited) x WHERE v <> ''`,
  );
