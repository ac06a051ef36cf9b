import { type Problem, throwErrors } from '@coog/cli/command';
import type { MergedColumn, MergedTable, RuleSet } from '../rules/merge.ts';
import { mustBeClassified } from '../schema/classified.ts';
import type { SchemaTable } from '../schema/types.ts';
import { fitProblems } from './fits.ts';
import { planLists } from './lists.ts';
import { impossibleProblem, missingProblem, type Unclassified, unclassifiedProblem } from './problems.ts';
import type { AnonymisePlan, ColumnPlan, TablePlan } from './types.ts';

const HISTORY = '__history';

/**
 * Brings rules and schema together: pure. Every column that must be is classified, every rule can be carried out.
 * @throws ProblemError with everything that is wrong: COLUMNS_UNCLASSIFIED, RULE_TARGET_MISSING, RULE_IMPOSSIBLE,
 * RULE_LIST_UNKNOWN, FOREIGN_TABLES (exit code 2)
 */
export function makePlan(rules: RuleSet, schema: readonly SchemaTable[]): AnonymisePlan {
  const { plan, problems, unclassified } = judge(rules, schema);
  throwErrors([...(unclassified.length > 0 ? [unclassifiedProblem(unclassified)] : []), ...problems]);
  return plan;
}

export interface Judged {
  readonly plan: AnonymisePlan;
  readonly problems: readonly Problem[];
  readonly unclassified: readonly Unclassified[];
}

/** As `makePlan`, for who wants to know what is missing. */
export function judge(rules: RuleSet, schema: readonly SchemaTable[]): Judged {
  const problems: Problem[] = [];
  const unclassified: Unclassified[] = [];
  const real = schema.filter(({ kind }) => kind !== 'view');
  const planned = real.map((table) => planTable(table, ruleOf(rules, table.key), problems, unclassified));
  const together = truncatable(planned);
  const tables = planned.map((t) => (t.rows === 'truncate' && !together.has(t.table.key) ? deleted(t) : t));
  const names = new Set(schema.map(({ key }) => key));
  const absent = [...rules.tables].filter(([key]) => !names.has(key));
  for (const [key, { optional, place }] of absent)
    if (!optional) problems.push(missingProblem(`the table ${key}`, place));
  const foreign = schema.filter(({ kind }) => kind === 'foreign');
  if (foreign.length > 0) problems.push(foreignProblem(foreign));
  const used = new Set(
    tables.flatMap(({ columns }) => columns.flatMap(({ unless }) => unless.map(({ list }) => list))),
  );
  const lists = planLists(rules.lists, { used, tables: names }, problems);
  const views = schema.filter(({ kind }) => kind === 'view').sort((a, b) => a.oid - b.oid);
  return {
    plan: {
      tables,
      lists,
      views,
      largeObjects: rules.largeObjects,
      rules: rules.names,
      absent: absent.map(([key]) => key),
    },
    problems,
    unclassified,
  };
}

/** A history twin without a rule of its own follows its table, column by column. */
function ruleOf({ tables }: RuleSet, key: string): MergedTable | undefined {
  const own = tables.get(key);
  const table = key.endsWith(HISTORY) ? tables.get(key.slice(0, -HISTORY.length)) : undefined;
  if (!own || !table) return own ?? table;
  return { ...own, rows: own.rows ?? table.rows, columns: new Map([...table.columns, ...own.columns]) };
}

function planTable(
  table: SchemaTable,
  rule: MergedTable | undefined,
  problems: Problem[],
  unclassified: Unclassified[],
): TablePlan {
  const rows = rule?.rows === 'keep' ? undefined : rule?.rows;
  if (rows === 'truncate' || rows === 'delete') {
    return { table, rows, columns: [], kept: [], way: rows === 'truncate' ? 'none' : 'vacuum' };
  }
  const columns: ColumnPlan[] = [];
  const kept: string[] = [];
  for (const column of table.columns) {
    const said = rule?.columns.get(column.name);
    if (!said) {
      if (mustBeClassified(column)) unclassified.push({ table: table.key, column: column.name, type: column.type });
      continue;
    }
    problems.push(...fitProblems(table, column, said));
    if ('keep' in said.action) kept.push(column.name);
    else columns.push({ column, action: said.action, unless: unlessOf(table, rule, said, problems) });
  }
  if (rule && !table.key.endsWith(HISTORY)) problems.push(...missingColumns(table, rule));
  return { table, rows, columns, kept, ...wayOf(table, columns, rows !== undefined) };
}

/** Tables that one TRUNCATE can empty: whatever points to them is emptied with them. */
function truncatable(tables: readonly TablePlan[]): ReadonlySet<string> {
  let going = tables.filter(({ rows }) => rows === 'truncate').map(({ table }) => table);
  for (;;) {
    const keys = new Set(going.map(({ key }) => key));
    const left = going.filter(({ referencedBy }) => referencedBy.every((key) => keys.has(key)));
    if (left.length === going.length) return keys;
    going = left;
  }
}

/** TRUNCATE would take rows along that nobody spoke of. */
const deleted = (plan: TablePlan): TablePlan => ({ ...plan, rows: 'delete', way: 'vacuum' });

function unlessOf(
  table: SchemaTable,
  rule: MergedTable | undefined,
  { action, place }: MergedColumn,
  problems: Problem[],
) {
  const unless = ('unless' in action ? action.unless : undefined) ?? rule?.unless ?? [];
  const spelled = unless.map((u) => (typeof u === 'string' ? { list: u, by: 'id' } : u));
  const by = 'by' in action && action.by !== undefined ? [action.by] : [];
  for (const name of [...spelled.map((u) => u.by), ...by])
    if (!table.columns.some((c) => c.name === name))
      problems.push(
        impossibleProblem(`${table.key} has no column ${name}, which a rule of it asks`, place, 'correct the rule'),
      );
  return spelled;
}

const missingColumns = (table: SchemaTable, rule: MergedTable): Problem[] =>
  [...rule.columns]
    .filter(([name, { optional }]) => !optional && !table.columns.some((c) => c.name === name))
    .map(([name, { place }]) => missingProblem(`the column ${table.key}.${name}`, place));

function wayOf(
  table: SchemaTable,
  columns: readonly ColumnPlan[],
  rowsGo: boolean,
): Pick<TablePlan, 'way' | 'because'> {
  if (columns.length === 0) return { way: rowsGo || table.hasDropped ? 'vacuum' : 'none' };
  const blocked = columns.find(({ column }) => column.blockedBy !== undefined)?.column;
  if (blocked) return { way: 'update', because: `${blocked.blockedBy} depends on ${blocked.name}` };
  return { way: 'alter' };
}

const foreignProblem = (tables: readonly SchemaTable[]): Problem => ({
  code: 'FOREIGN_TABLES',
  title: 'the database has foreign tables, whose rows lie on another server and cannot be anonymised here',
  detail: tables.map(({ key }) => key).join('\n'),
  next: 'drop them from a snapshot and anonymise that one',
});
