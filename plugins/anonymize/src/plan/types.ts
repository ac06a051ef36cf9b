import type { Action } from '../rules/merge.ts';
import type { KeepList } from '../rules/types.ts';
import type { SchemaColumn, SchemaTable } from '../schema/types.ts';

/** What will be done to a database: rules and schema brought together. Pure data; nothing was asked of the rows. */
export interface AnonymisePlan {
  readonly tables: readonly TablePlan[];
  /** Keep lists that are used, and those that are empty because their tables are not there. */
  readonly lists: readonly ListPlan[];
  readonly largeObjects: 'delete' | 'keep' | undefined;
  /** Materialised views, in the order in which they were made: filled anew in the end. */
  readonly views: readonly SchemaTable[];
  /** Names of the rule files. */
  readonly rules: readonly string[];
  /** Tables that rules speak of and the database does not have. */
  readonly absent: readonly string[];
}

export interface TablePlan {
  readonly table: SchemaTable;
  readonly rows: 'truncate' | 'delete' | { readonly delete: string } | undefined;
  /** Columns that change; empty where all rows go. */
  readonly columns: readonly ColumnPlan[];
  /** Columns of a kind that must be classified, and were: they stay. */
  readonly kept: readonly string[];
  /**
   * `alter`: written anew by ALTER … TYPE … USING. `update`: UPDATE, then VACUUM FULL, where something depends on a column.
   * `vacuum`: rows went, or values of dropped columns lie about. `none`: all rows go at once, or nothing is to be done.
   */
  readonly way: 'alter' | 'update' | 'vacuum' | 'none';
  /** Why it is not `alter`. */
  readonly because?: string;
}

export interface ColumnPlan {
  readonly column: SchemaColumn;
  readonly action: Exclude<Action, { readonly keep: true }>;
  /** Lists, and the column whose value is looked for in them. */
  readonly unless: readonly { readonly list: string; readonly by: string }[];
}

export interface ListPlan extends Pick<KeepList, 'query' | 'except'> {
  readonly name: string;
  /** Part of a table's rows that it may keep. */
  readonly atMost: number;
  /** Tables that are not there, so that the list is empty. */
  readonly missing: readonly string[];
}
