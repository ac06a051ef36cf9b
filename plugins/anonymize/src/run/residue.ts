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
  await first.query('ANALYZE');
  await share(sessions, CATALOGUES, async (session, name) => {
    await session.query(`VACUUM FULL pg_catalog.${name}`);
  });
}
