import type { AnonymisePlan, ColumnPlan, TablePlan } from '../../../plugins/anonymize/src/plan/types.ts';
import type { Connection } from '../../../src/database/server/index.ts';

/** A rule that is taken away: the column goes out with what it held. */
export interface Weakening {
  readonly table: TablePlan['table'];
  readonly column: ColumnPlan['column'];
}

/** Every column that a plan changes, one after the other. */
export const weakenings = (plan: AnonymisePlan): Weakening[] =>
  plan.tables.flatMap(({ table, columns }) => columns.map(({ column }) => ({ table, column })));

/** Puts a column's real values back into the masked database, row by row: `__id` names the rows of a history. */
export async function restore(real: Connection, masked: Connection, { table, column }: Weakening): Promise<number> {
  const { identifier } = masked;
  const name = `${identifier(table.schema)}.${identifier(table.name)}`;
  const id = table.name.endsWith('__history') ? '__id' : 'id';
  const values = await real.query<{ id: number; value: string }>(
    `SELECT ${id} AS id, ${identifier(column.name)}::text AS value FROM ${name} WHERE ${identifier(column.name)} IS NOT NULL`,
  );
  await masked.query(
    `UPDATE ${name} AS t SET ${identifier(column.name)} = v.value::${column.type}
       FROM json_to_recordset($1) AS v (id int, value text) WHERE t.${id} = v.id`,
    [JSON.stringify(values)],
  );
  return values.length;
}
