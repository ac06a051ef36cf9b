import type { Running } from '../e2e/coog.ts';
import { told, when } from './killing.ts';
import type { World } from './world.ts';

/**
 * Holds a load in the middle of its swap: a comment on the new database that is not committed lets the first rename
 * through and not the second.
 */
export async function betweenTheRenames(world: World, loading: Running): Promise<{ letGo: () => Promise<void> }> {
  await told(loading, 'Stopping back');
  const aside = (await world.databases()).find((name) => name.startsWith('coog__new_'));
  if (aside === undefined) throw new Error('there is no database to be swapped in');
  const client = await world.connect('postgres');
  const { comment = '' } =
    (
      await client.query<{ comment: string }>(
        `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
        [aside],
      )
    ).rows[0] ?? {};
  await client.query('BEGIN');
  await client.query(`COMMENT ON DATABASE ${client.escapeIdentifier(aside)} IS ${client.escapeLiteral(comment)}`);
  const waits = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%RENAME%' AND application_name = 'coog'`;
  await when(loading, 'the second rename waits', async () => (await world.query('postgres', waits)).length > 0);
  return {
    letGo: async () => {
      await client.query('ROLLBACK').catch(() => undefined);
      await client.end();
    },
  };
}
