import type { Connection } from '@coog/cli/database';
import { nameOf } from '../compile/statements.ts';
import type { AnonymisePlan } from '../plan/types.ts';
import { share } from './session.ts';

/** Catalogues whose rows hold values of the application: what the planner knows of columns, and large objects. */
const CATALOGUES = ['pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_largeobject_metadata'] as const;

/** Removes large objects where the rules say so. */
export async function removeLargeObjects(session: Connection, { largeObjects }: AnonymisePlan): Promise<number> {
  if (largeObjects !== 'delete') return 0;
  const [row] = await session.query<{ n: string }>('SELECT count(lo_unlink(oid)) AS n FROM pg_largeobject_metadata');
  return Number(row?.n);
}

/**
 * Removes the old values from where no rule looks: materialised views are filled anew, the planner's statistics made anew and
 * written anew with the catalogues that hold them.
 */
export async function removeResidue(sessions: readonly Connection[], { views }: AnonymisePlan): Promise<void> {
  const [first] = sessions as [Connection];
  for (const view of views) {
    const [row] = await first.query<{ filled: boolean }>(
      'SELECT relispopulated AS filled FROM pg_class WHERE oid = $1',
      [view.oid],
    );
    if (row?.filled) await first.query(`REFRESH MATERIALIZED VIEW ${nameOf(view)}`);
  }
  await forgetEmptied(first);
  await first.query('ANALYZE');
  await share(sessions, CATALOGUES, async (session, name) => {
    await session.query(`VACUUM FULL pg_catalog.${name}`);
  });
}

const EMPTIED = `
  SELECT n.nspname AS schema, c.relname AS name, json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation NOT IN (0, t.typcollation) THEN format(' COLLATE %I.%I', ln.nspname, l.collname) ELSE '' END)) AS columns
    FROM pg_stats s
    JOIN pg_namespace n ON n.nspname = s.schemaname
    JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = s.tablename AND c.relkind IN ('r', 'p')
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
   WHERE s.schemaname NOT IN ('pg_catalog', 'information_schema')
   GROUP BY 1, 2`;

/**
 * ANALYZE leaves the statistics of a table alone that has no rows, and so the values of the rows that were there. A column
 * that is given its own type anew loses them, whoever owns the table; where something depends on it a superuser can help.
 */
async function forgetEmptied(session: Connection): Promise<void> {
  const tables = await session.query<{ schema: string; name: string; columns: { name: string; type: string }[] }>(
    EMPTIED,
  );
  for (const { columns, ...table } of tables) {
    const [row] = await session.query<{ some: boolean }>(`SELECT EXISTS (SELECT FROM ${nameOf(table)}) AS some`);
    if (row?.some) continue;
    const changes = columns.map(({ name, type }) => `ALTER COLUMN ${session.identifier(name)} TYPE ${type}`).join(', ');
    await session.query(`ALTER TABLE ${nameOf(table)} ${changes}`).catch(() =>
      // Refused as well: the leak scan looks into the statistics and says so.
      session
        .query(`DELETE FROM pg_statistic WHERE starelid = ${session.literal(nameOf(table))}::regclass`)
        .catch(() => undefined),
    );
  }
}
