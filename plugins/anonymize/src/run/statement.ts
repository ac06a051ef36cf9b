import { ExitCode, ProblemError } from '@coog/cli/command';
import { type Connection, sqlState } from '@coog/cli/database';
import type { TablePlan } from '../plan/types.ts';

/**
 * Runs a statement that changes a table.
 * @throws ProblemError ANONYMIZE_FAILED (exit code 1) naming the table
 */
export async function run(session: Connection, { table }: TablePlan, statement: string): Promise<void> {
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
