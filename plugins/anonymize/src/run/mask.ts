import { ExitCode, ProblemError } from '@coog/cli/command';
import { type Connection, sqlState } from '@coog/cli/database';
import { nameOf, rewriteStatements, rowStatements } from '../compile/statements.ts';
import { maskFunctions } from '../masks/functions.ts';
import { SCHEMA } from '../masks/hash.ts';
import type { AnonymisePlan, TablePlan } from '../plan/types.ts';
import { giveKey, share, takeKey } from './session.ts';

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
  /** Names of the lists that hold ids. */
  readonly lists: ReadonlySet<string>;
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
  let done = 0;
  for (const table of plan.tables) for (const statement of rowStatements(table)) await run(first, table, statement);
  await giveKey(sessions, options.key);
  const pieces = plan.tables.filter(({ way }) => way !== 'none').sort((a, b) => b.table.bytes - a.table.bytes);
  await share(sessions, pieces, async (session, table) => {
    await withoutTriggers(session, table, async () => {
      for (const statement of rewriteStatements(table, options.lists)) await run(session, table, statement);
    });
    done += table.table.bytes;
    options.onProgress(done);
  });
  await takeKey(sessions);
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

async function run(session: Connection, { table }: TablePlan, statement: string): Promise<void> {
  try {
    await session.query(statement);
  } catch (error) {
    throw new ProblemError(
      {
        code: 'ANONYMIZE_FAILED',
        // What the server says may hold a value: its own words stay where DEBUG looks for them.
        title: `the table ${table.key} cannot be anonymised: ${reasonOf(error)}`,
        next: 'correct the rules of this table; the copy is dropped',
      },
      { exitCode: ExitCode.failed, cause: error },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  '23505': 'values that must be unique would meet',
  '23514': 'a check constraint refuses what would be written',
  '23502': 'a column takes no NULL',
  '23503': 'a foreign key refuses it',
  '22001': 'a value would be too long for its column',
  '22P02': 'a value is not of its column’s type',
  '42501': 'the database’s user does not own it',
  '53100': 'the server’s disk is full',
};

const reasonOf = (error: unknown): string => {
  const state = sqlState(error) ?? '';
  return reasons[state] ?? `the server refuses it (SQLSTATE ${state || 'unknown'})`;
};
