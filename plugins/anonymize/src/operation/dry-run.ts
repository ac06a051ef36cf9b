import { type Connection, connect, type DatabaseContext, openTarget, withConnection } from '@coog/cli/database';
import { identifier, nameOf, newValue } from '../compile/statements.ts';
import { maskFunctions } from '../masks/functions.ts';
import { KEY_SETTING, SCHEMA } from '../masks/hash.ts';
import type { AnonymisePlan, ColumnPlan, TablePlan } from '../plan/types.ts';
import { reportedTable } from '../report/report.ts';
import { planOf } from './plan.ts';

/** Values of a column that are shown. */
const SAMPLES = 2;

export interface DryRun {
  readonly database: string;
  readonly plan: AnonymisePlan;
  readonly samples: readonly SampleLine[];
}

export interface SampleLine {
  readonly table: string;
  readonly column: string;
  readonly action: string;
  /** Real values; only where they were asked for. */
  readonly before?: string;
  readonly after: string;
}

/**
 * What would be done, with pseudonyms of some real values, by a key of this run alone. Nothing is changed: what masking needs is
 * made in the session's own temporary schema and taken back.
 * @param options.reveal shows the real values beside them
 */
export async function dryRun(
  options: { readonly database: string | undefined; readonly reveal: boolean },
  context: DatabaseContext,
): Promise<DryRun> {
  const target = await openTarget(options.database, context);
  return withConnection(await connect(target.server, target.database), async (connection) => {
    const plan = await planOf(connection, target);
    await connection.query('BEGIN');
    for (const statement of maskFunctions) await connection.query(inSession(statement));
    await connection.query(
      inSession(`SELECT set_config('${KEY_SETTING}', gen_random_uuid()::text || gen_random_uuid(), true)`),
    );
    const samples: SampleLine[] = [];
    for (const table of plan.tables.filter(({ columns }) => columns.length > 0))
      samples.push(...(await samplesOf(connection, table, options.reveal)));
    await connection.query('ROLLBACK');
    return { database: target.database, plan, samples };
  });
}

const inSession = (statement: string): string => statement.replaceAll(`${SCHEMA}.`, 'pg_temp.');

async function samplesOf(connection: Connection, plan: TablePlan, reveal: boolean): Promise<SampleLine[]> {
  const { changed } = reportedTable(plan, 0);
  const lines: SampleLine[] = [];
  for (const column of plan.columns.filter(({ action }) => 'mask' in action)) {
    const rows = await connection.query<{ before: string; after: string }>(sampleQuery(plan, column));
    const { name } = column.column;
    for (const { before, after } of rows)
      lines.push({
        table: plan.table.key,
        column: name,
        action: changed[name] ?? '',
        ...(reveal ? { before } : {}),
        after,
      });
  }
  return lines;
}

/** Of the first rows alone: a sample must not read a table. */
function sampleQuery({ table }: TablePlan, column: ColumnPlan): string {
  const name = identifier(column.column.name);
  return inSession(
    `SELECT left(${name}::text, 200) AS before, left((${newValue(column, new Map())})::text, 200) AS after
       FROM (SELECT * FROM ${nameOf(table)} LIMIT 1000) t WHERE ${name} IS NOT NULL AND ${name}::text <> '' LIMIT ${SAMPLES}`,
  );
}
