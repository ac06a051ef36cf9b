import { masks } from '../masks/masks.ts';
import type { ColumnPlan } from '../plan/types.ts';

/** Where a column stands beside another that has the same in a compact spelling. */
export interface Beside {
  readonly is: 'first' | 'second';
  readonly other: ColumnPlan;
}

/** What Tryton calls the column of the compact spelling. */
const SUFFIX = '_compact';

/** Pairs among the columns of a table that the same rule speaks of. @returns for both, the first one's before the second one's */
export function besides(columns: readonly ColumnPlan[]): ReadonlyMap<ColumnPlan, Beside> {
  const found = new Map<ColumnPlan, Beside>();
  for (const second of columns) {
    const first = columns.find((c) => `${c.column.name}${SUFFIX}` === second.column.name);
    if (!first || !isWhole(first) || !isWhole(second) || ruleOf(first) !== ruleOf(second)) continue;
    found.set(first, { is: 'first', other: second }).set(second, { is: 'second', other: first });
  }
  return found;
}

/** Firsts before seconds, which need what they leave. */
export const inOrder = (columns: readonly ColumnPlan[], pairs: ReadonlyMap<ColumnPlan, Beside>): ColumnPlan[] => [
  ...columns.filter((column) => pairs.get(column)?.is !== 'second'),
  ...columns.filter((column) => pairs.get(column)?.is === 'second'),
];

const isWhole = ({ action, column }: ColumnPlan): boolean => {
  if (!('mask' in action)) return false;
  const { pair, length } = masks[action.mask];
  return pair !== undefined && (column.length === undefined || (length !== undefined && length <= column.length));
};

const ruleOf = ({ action, unless }: ColumnPlan): string => JSON.stringify([action, unless]);
