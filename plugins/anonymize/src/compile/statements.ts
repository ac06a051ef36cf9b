import { lookedUp } from '../masks/frequent.ts';
import { quoted, SCHEMA, withoutKeyInPlan } from '../masks/hash.ts';
import { masks } from '../masks/masks.ts';
import { emptyOf, maskedType } from '../plan/fits.ts';
import type { ColumnPlan, TablePlan } from '../plan/types.ts';
import type { MaskRule } from '../rules/types.ts';
import type { SchemaColumn, SchemaTable } from '../schema/types.ts';
import { type Beside, besides, inOrder } from './pairs.ts';

/** A name as it must stand in a statement. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const nameOf = ({ schema, name }: Pick<SchemaTable, 'schema' | 'name'>): string =>
  `${identifier(schema)}.${identifier(name)}`;

/** The table of the ids that a list keeps, and the function that asks it. */
export const listTable = (list: string): string => `${SCHEMA}.${identifier(`list ${list}`)}`;
export const listFunction = (list: string): string => `${SCHEMA}.${identifier(`kept by ${list}`)}`;

/**
 * Ids that a list keeps, of the lists that keep any: themselves where they are few, which is far quicker to ask; `many` where
 * the table of the list must be asked.
 */
export type ListIds = ReadonlyMap<string, readonly string[] | 'many'>;

/** Columns whose frequent values are looked up, and the number of the setting that has their pseudonyms. */
export type Frequent = ReadonlyMap<ColumnPlan, number>;

/** What is cheaper where a table is written anew at once. */
interface Anew {
  readonly many: boolean;
  readonly beside: Beside | undefined;
  readonly frequent: number | undefined;
}

/** The new value of a column, of the column's own type. Lists that keep nothing are not asked. */
export function newValue({ column, action, unless }: ColumnPlan, lists: ListIds, anew?: Anew): string {
  const old = identifier(column.name);
  const changed = `(${changedValue({ column, action, unless }, old, anew)})::${column.type}`;
  const asked = keptCondition(unless, lists);
  if (asked === undefined) return changed;
  // A mask leaves a NULL as it is: then no list need be asked.
  const kept = 'mask' in action ? `${old} IS NULL OR ${asked}` : asked;
  return `CASE WHEN ${kept} THEN ${old} ELSE ${changed} END`;
}

/** True for rows that are kept; neither a NULL id nor a NULL in a query makes it so. */
function keptCondition(unless: ColumnPlan['unless'], lists: ListIds): string | undefined {
  const few = new Map<string, Set<string>>();
  const many: string[] = [];
  for (const { list, by } of unless) {
    const ids = lists.get(list) ?? [];
    if (ids === 'many') many.push(`${listFunction(list)}(${identifier(by)}::bigint)`);
    else for (const id of ids) few.set(by, (few.get(by) ?? new Set()).add(id));
  }
  const conditions = [...[...few].map(([by, ids]) => isOneOf(identifier(by), [...ids])), ...many];
  return conditions.length === 0 ? undefined : conditions.join(' OR ');
}

/** What lies outside of all ids, as most rows do, is not compared with each of them. */
function isOneOf(column: string, ids: readonly string[]): string {
  const inOrder = ids.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
  return `${column} BETWEEN ${inOrder[0]} AND ${inOrder.at(-1)} AND ${column} = ANY ('{${inOrder.join(',')}}'::bigint[])`;
}

/** The pseudonym of a value of a column, of an expression. */
export const pseudonymOf = (column: ColumnPlan, value: string): string => changedValue(column, value, undefined);

function changedValue({ column, action }: ColumnPlan, old: string, anew: Anew | undefined): string {
  if ('set' in action) return typeof action.set === 'string' ? quoted(action.set) : String(action.set);
  if ('clear' in action)
    return action.clear === 'null' ? 'NULL' : `CASE WHEN ${old} IS NULL THEN NULL ELSE ${emptyOf(column)} END`;
  const { length } = masks[action.mask];
  const type = maskedType(column);
  if (type === 'date') return pseudonym(old, column, action, anew);
  const text = `${old}::text`;
  const masked = pseudonym(text, column, action, anew);
  if (type === 'json') return masked;
  const whole = column.length === undefined || (length !== undefined && length <= column.length);
  const cut = whole ? masked : `left(${masked}, ${column.length})`;
  const found = anew?.frequent === undefined ? cut : lookedUp(anew.frequent, text, cut);
  return `CASE WHEN ${text} <> '' THEN ${found} ELSE ${text} END`;
}

function pseudonym(value: string, { base }: SchemaColumn, rule: MaskRule, anew: Anew | undefined): string {
  const by = rule.by === undefined ? undefined : `${identifier(rule.by)}::text`;
  const given = { by, type: base, many: anew?.many ?? false };
  const { expression, pair } = masks[rule.mask];
  const { is, other } = anew?.beside ?? {};
  if (!pair || !is || !other) return expression(value, rule, given);
  const otherValue = `${identifier(other.column.name)}::text`;
  return is === 'first' ? pair(value, otherValue, rule, given).first : pair(otherValue, value, rule, given).second;
}

/** One statement for all: tables that point to each other cannot be emptied one after the other. */
export function truncateStatement(tables: readonly TablePlan[]): string | undefined {
  const going = tables.filter(({ rows }) => rows === 'truncate').map(({ table }) => nameOf(table));
  return going.length === 0 ? undefined : `TRUNCATE ${going.join(', ')}`;
}

/** The statement by which rows of a table go one by one, with what foreign keys do. */
export function deleteStatement({ table, rows }: TablePlan): string | undefined {
  if (rows === undefined || rows === 'truncate') return undefined;
  return `DELETE FROM ${nameOf(table)}${rows === 'delete' ? '' : ` WHERE ${rows.delete}`}`;
}

/** Rows of a table from which on it pays to make numbers for all values that can come: there it saves as long as that takes. */
const MANY = 250_000;

/** Columns whose frequent values are worth looking up: texts of large tables whose pseudonyms depend on nothing else. */
export function lookUps({ table, columns, way }: TablePlan): readonly ColumnPlan[] {
  if (way !== 'alter' || table.rows < MANY) return [];
  const pairs = besides(columns);
  return columns.filter(
    (c) =>
      'mask' in c.action &&
      !masks[c.action.mask].quick &&
      c.action.by === undefined &&
      maskedType(c.column) === 'text' &&
      !pairs.has(c),
  );
}

/**
 * Statements that change values: where it can be, the table is written anew at once with all its columns. Each is a
 * transaction of its own.
 */
export function maskStatements(
  { table, columns, way }: TablePlan,
  lists: ListIds,
  frequent: Frequent = new Map(),
): string[] {
  const name = nameOf(table);
  if (way === 'alter') {
    const pairs = besides(columns);
    const many = table.rows >= MANY;
    const changes = inOrder(columns, pairs).map((c) =>
      changeType(c.column, newValue(c, lists, { many, beside: pairs.get(c), frequent: frequent.get(c) })),
    );
    return [`ALTER TABLE ${name} ${changes.join(', ')}`];
  }
  if (way !== 'update') return [];
  const changes = columns.map((c) => `${identifier(c.column.name)} = ${withoutKeyInPlan(newValue(c, lists))}`);
  return [`UPDATE ${name} SET ${changes.join(', ')}`];
}

/**
 * The statement that writes a table anew without a change, for what UPDATE, DELETE and dropped columns leave in its files.
 * ALTER copies what is visible to it and nothing else; VACUUM FULL, where no column is free for that, keeps rows that some
 * older session might still see.
 */
export function rewriteStatement({ table, way }: TablePlan): string | undefined {
  if (way !== 'update' && way !== 'vacuum') return undefined;
  const name = nameOf(table);
  const unique = new Set(table.uniques.flatMap(({ columns }) => columns));
  const free = table.columns.find((c) => !c.key && !c.generated && c.blockedBy === undefined && !unique.has(c.name));
  if (!free) return `VACUUM FULL ${name}`;
  const same = identifier(free.name);
  return `ALTER TABLE ${name} ${changeType(free, `coalesce(${same}, ${same})`)}`;
}

function changeType({ name, type, collate }: SchemaColumn, value: string): string {
  return `ALTER COLUMN ${identifier(name)} TYPE ${type}${collate === '' ? '' : ` ${collate}`} USING ${value}`;
}
