import { formatBytes, formatTable } from '@coog/cli/command';
import type { DryRun } from '../operation/dry-run.ts';
import { type ReportedTable, reportedTable } from './report.ts';

/** A dry run, for people and as data. */
export function printedPlan({ database, plan, samples }: DryRun): { readonly text: string; readonly data: object } {
  const touched = plan.tables.filter((t) => t.columns.length > 0 || t.rows !== undefined || t.way === 'vacuum');
  const tables = touched.map((t) => ({
    ...reportedTable(t, Math.max(0, Math.round(t.table.rows))),
    bytes: t.table.bytes,
    because: t.because,
  }));
  const lists = plan.lists.map(({ name, missing }) => ({ name, missing }));
  const revealed = samples.some(({ before }) => before !== undefined);
  const text = [
    formatTable(
      ['TABLE', 'ROWS', 'SIZE', 'WHAT HAPPENS'],
      tables.map((t) => [t.table, `~${t.rows}`, formatBytes(t.bytes), whatHappens(t, t.because)]),
    ),
    '',
    `Keep lists: ${lists.map((l) => (l.missing.length > 0 ? `${l.name} (empty: no table ${l.missing.join(', ')})` : l.name)).join(', ') || 'none'}`,
    ...(plan.views.length > 0 ? [`Filled anew: ${plan.views.map(({ key }) => key).join(', ')}`] : []),
    `Rules: ${plan.rules.join(', ')}`,
    '',
    samples.length === 0
      ? 'No values to show.'
      : formatTable(
          ['COLUMN', 'RULE', ...(revealed ? ['NOW'] : []), 'FOR EXAMPLE'],
          samples.map((s) => [`${s.table}.${s.column}`, s.action, ...(revealed ? [s.before ?? ''] : []), s.after]),
        ),
  ].join('\n');
  return {
    text,
    data: { database, tables, lists, views: plan.views.map(({ key }) => key), rules: plan.rules, samples },
  };
}

function whatHappens({ rowsRule, changed }: ReportedTable, because: string | undefined): string {
  const columns = Object.entries(changed).map(([column, what]) => `${column}: ${what}`);
  const rows = rowsRule ? [rowsRule === 'truncate' || rowsRule === 'delete' ? 'all rows go' : rowsRule] : [];
  const all = [...rows, ...columns].join(', ') || 'written anew: values of dropped columns lie in it';
  return because ? `${all} (by UPDATE: ${because})` : all;
}
