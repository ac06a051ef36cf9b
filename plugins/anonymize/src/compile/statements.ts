import type { Given } from '../masks/given.ts';
import { quoted, SCHEMA } from '../masks/hash.ts';
import { masks } from '../masks/masks.ts';
import { emptyOf, maskedType } from '../plan/fits.ts';
import type { ColumnPlan, TablePlan } from '../plan/types.ts';
import type { SchemaColumn, SchemaTable } from '../schema/types.ts';

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

/** What a mask may use where a table is written anew at once. */
type Anew = Pick<Given, 'many' | 'compact'>;

/**
 * The new value of a column, of the column's own type. Lists that keep nothing are not asked.
 * @param given never `many` for a statement whose plan a server may log
 */
export function newValue({ column, action, unless }: ColumnPlan, lists: ListIds, given: Anew = {}): string {
  const old = identifier(column.name);
  const changed = `(${changedValue({ column, action }, old, given)})::${column.type}`;
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

function changedValue({ column, action }: Pick<ColumnPlan, 'column' | 'action'>, old: string, anew: Anew): string {
  if ('set' in action) return typeof action.set === 'string' ? quoted(action.set) : String(action.set);
  if ('clear' in action)
    return action.clear === 'null' ? 'NULL' : `CASE WHEN ${old} IS NULL THEN NULL ELSE ${emptyOf(column)} END`;
  const { expression, length } = masks[action.mask];
  const by = action.by === undefined ? undefined : `${identifier(action.by)}::text`;
  const given = { by, type: column.base, ...anew };
  const type = maskedType(column);
  if (type === 'date') return expression(old, action, given);
  const text = `${old}::text`;
  const masked = expression(text, action, given);
  if (type === 'json') return masked;
  const whole = column.length === undefined || (length !== undefined && length <= column.length);
  return `CASE WHEN ${text} <> '' THEN ${whole ? masked : `left(${masked}, ${column.length})`} ELSE ${text} END`;
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

/** Rows of a table from which on it pays to have the secret numbers in the expressions, of which each takes a part of a millisecond. */
const MANY = 20_000;

/** What Tryton calls a column that has a value in a compact spelling. */
function compactBeside({ columns }: SchemaTable, { name }: SchemaColumn): string | undefined {
  const found = columns.find((c) => c.name === `${name}_compact` && maskedType(c) === 'text');
  return found && `${identifier(found.name)}::text`;
}

/**
 * Statements that change values: where it can be, the table is written anew at once with all its columns. Each is a
 * transaction of its own.
 */
export function maskStatements({ table, columns, way }: TablePlan, lists: ListIds): string[] {
  const name = nameOf(table);
  if (way === 'alter') {
    const many = table.rows >= MANY;
    const changes = columns.map((c) =>
      changeType(c.column, newValue(c, lists, { many, compact: compactBeside(table, c.column) })),
    );
    return [`ALTER TABLE ${name} ${changes.join(', ')}`];
  }
  if (way !== 'update') return [];
  const changes = columns.map((c) => `${identifier(c.column.name)} = ${newValue(c, lists)}`);
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
