import type { Connection } from '@coog/cli/database';
import {
  deleteStatement,
  type ListIds,
  maskStatements,
  nameOf,
  rewriteStatement,
  truncateStatement,
} from '../compile/statements.ts';
import { maskFunctions } from '../masks/functions.ts';
import { SCHEMA } from '../masks/hash.ts';
import type { AnonymisePlan, TablePlan } from '../plan/types.ts';
import { giveKey, share, takeKey } from './session.ts';
import { run } from './statement.ts';

/** Makes the place for what masking needs. Nothing of the application is touched. */
export async function prepareSchema(session: Connection): Promise<void> {
  await session.query(`CREATE SCHEMA ${SCHEMA}`);
  for (const statement of maskFunctions) await session.query(statement);
}

/** Takes it away again: nothing in the copy tells how it was made. */
export const dropSchema = async (session: Connection): Promise<void> =>
  void (await session.query(`DROP SCHEMA ${SCHEMA} CASCADE`));

export interface MaskOptions {
  readonly key: Buffer;
  readonly lists: ListIds;
  /** Bytes of tables done, of all. */
  readonly onProgress: (done: number) => void;
}

/** Bytes of the tables that will be written anew. */
export const bytesToMask = ({ tables }: AnonymisePlan): number =>
  tables.reduce((sum, { way, table }) => sum + (way === 'none' ? 0 : table.bytes), 0);

/**
 * Does what the plan says: rows go first, one table after the other, with what foreign keys do; then each table is written
 * anew once, the largest first, over all sessions at once.
 * @throws ProblemError ANONYMIZE_FAILED (exit code 1) naming the table
 */
export async function maskAll(
  sessions: readonly Connection[],
  plan: AnonymisePlan,
  options: MaskOptions,
): Promise<void> {
  const [first] = sessions as [Connection];
  let bytes = 0;
  const done = ({ table }: TablePlan): void => {
    bytes += table.bytes;
    options.onProgress(bytes);
  };
  const touched = await removeRows(first, plan);
  await giveKey(sessions, options.key);
  const pieces = plan.tables.filter(({ way }) => way !== 'none').sort((a, b) => b.table.bytes - a.table.bytes);
  await share(sessions, pieces, async (session, table) => {
    await withoutTriggers(session, table, async () => {
      for (const statement of maskStatements(table, options.lists)) await run(session, table, statement);
    });
    if (table.way === 'alter') done(table);
  });
  // Afterwards, and not at once: a session that works beside would keep what it might still have to see.
  await share(sessions, plan.tables, async (session, table) => {
    const cascaded = table.way === 'none' && touched.has(nameOf(table.table));
    const statement = rewriteStatement(cascaded ? { ...table, way: 'vacuum' } : table);
    if (statement === undefined) return;
    await run(session, table, statement);
    done(table);
  });
  await takeKey(sessions);
}

/**
 * Lets rows go, in one transaction, which knows exactly in which tables it removed or changed some: foreign keys and triggers
 * reach further than the rules.
 * @returns names of these tables, as in statements
 */
async function removeRows(session: Connection, { tables }: AnonymisePlan): Promise<ReadonlySet<string>> {
  const going = tables.filter(({ rows }) => rows !== undefined);
  if (going.length === 0) return new Set();
  await session.query('BEGIN');
  for (const table of going) {
    const statement = deleteStatement(table);
    if (statement !== undefined) await run(session, table, statement);
  }
  const truncate = truncateStatement(going);
  if (truncate !== undefined) await run(session, going.find(({ rows }) => rows === 'truncate') as TablePlan, truncate);
  const [setting] = await session.query<{ on: boolean }>(`SELECT current_setting('track_counts')::bool AS on`);
  const touched = await session.query<{ schema: string; name: string }>(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_stat_xact_user_tables s
       JOIN pg_class c ON c.oid = coalesce(pg_partition_root(s.relid), s.relid) JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE s.n_tup_del + s.n_tup_upd > 0`,
  );
  await session.query('COMMIT');
  // A server that does not count: then all of them.
  return new Set(setting?.on ? touched.map(nameOf) : tables.map(({ table }) => nameOf(table)));
}

/** What the application's triggers do on an UPDATE is not wanted; they would write the old values somewhere. */
async function withoutTriggers(
  session: Connection,
  { table, way }: TablePlan,
  work: () => Promise<void>,
): Promise<void> {
  if (way !== 'update') return work();
  await session.query(`ALTER TABLE ${nameOf(table)} DISABLE TRIGGER USER`);
  await work();
  await session.query(`ALTER TABLE ${nameOf(table)} ENABLE TRIGGER USER`);
}
