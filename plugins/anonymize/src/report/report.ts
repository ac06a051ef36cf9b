import type { Target } from '@coog/cli/database';
import type { Copy } from '../operation/copy.ts';
import type { ColumnPlan, TablePlan } from '../plan/types.ts';

/** What was done to a database, for who must prove it. Holds no value of it, and neither key nor password. */
export interface Report {
  readonly format: 1;
  readonly project: string;
  readonly database: string;
  readonly published: string;
  /** ISO 8601, UTC. */
  readonly began: string;
  readonly finished: string;
  /** `random`: thrown away. `file`: whoever has it makes the same pseudonyms. */
  readonly key: 'random' | 'file';
  /** Names of the rule files, weakest first. */
  readonly rules: readonly string[];
  readonly tables: readonly ReportedTable[];
  readonly keepLists: readonly { readonly name: string; readonly ids: number; readonly missing: readonly string[] }[];
  readonly largeObjectsDeleted: number;
  readonly leaks: { readonly hits: number; readonly sampled: number; readonly scannedBytes: number };
  readonly bytes: number;
  /** Milliseconds. */
  readonly took: Readonly<Record<string, number>>;
}

export interface ReportedTable {
  readonly table: string;
  readonly rows: number;
  /** What happened to the rows, and to each column that changed. */
  readonly rowsRule?: string;
  readonly changed: Readonly<Record<string, string>>;
  /** Columns that were looked at and stay. */
  readonly kept: readonly string[];
  readonly way: string;
}

export interface Reported {
  readonly target: Target;
  readonly copy: Copy;
  readonly published: string;
  readonly finished: Date;
  readonly keyFile: boolean;
}

export function reportOf({ target, copy, published, finished, keyFile }: Reported): Report {
  const { plan, done, began, bytes, copied } = copy;
  const shown = plan.tables.filter((t) => t.columns.length > 0 || t.rows !== undefined || t.kept.length > 0);
  return {
    format: 1,
    project: target.plan.name,
    database: target.database,
    published,
    began: began.toISOString(),
    finished: finished.toISOString(),
    key: keyFile ? 'file' : 'random',
    rules: plan.rules,
    tables: shown.map((table) => reportedTable(table, done.rows.get(table.table.key) ?? 0)),
    keepLists: done.lists,
    largeObjectsDeleted: done.largeObjects,
    leaks: { hits: done.hits.length, sampled: done.sampled, scannedBytes: done.scanned },
    bytes,
    took: { copy: copied, ...done.took },
  };
}

export function reportedTable({ table, rows, columns, kept, way }: TablePlan, count: number): ReportedTable {
  return {
    table: table.key,
    rows: count,
    ...(rows === undefined ? {} : { rowsRule: typeof rows === 'string' ? rows : `delete where ${rows.delete}` }),
    changed: Object.fromEntries(columns.map((c) => [c.column.name, actionOf(c)])),
    kept,
    way,
  };
}

/** In the words of the rules. */
export function actionOf({ action, unless }: Pick<ColumnPlan, 'action' | 'unless'>): string {
  const what = 'mask' in action ? action.mask : 'clear' in action ? action.clear : `set ${JSON.stringify(action.set)}`;
  return unless.length === 0 ? what : `${what}, unless ${unless.map(({ list }) => list).join(' or ')}`;
}
