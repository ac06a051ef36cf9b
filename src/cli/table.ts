import { onOneLine, widthOf } from '../shared/terminal-text.ts';

/** Columns as wide as their longest cell; the last one is not padded. Made for terminals of 80 columns. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = [header, ...rows].map((row) => row.map(onOneLine));
  const widths = header.map((_, i) => Math.max(...shown.map((row) => widthOf(row[i] ?? ''))));
  const padded = (cell: string, i: number) => cell + ' '.repeat((widths[i] ?? 0) - widthOf(cell));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : padded(cell, i)))
      .join('  ')
      .trimEnd();
  return shown.map(line).join('\n');
}

export interface Fitting {
  /** Columns of the terminal; undefined for what is no terminal. */
  readonly width: number | undefined;
  /** Names of columns that may be left out, the first one first. */
  readonly dispensable: readonly string[];
}

/** As `formatTable`, without as many columns as it takes to be no wider than the terminal. */
export function fitTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  { width = Number.POSITIVE_INFINITY, dispensable }: Fitting,
): string {
  let table = formatTable(header, rows);
  for (let count = 0; widest(table) > width && count < dispensable.length; count++) {
    const gone = dispensable.slice(0, count + 1);
    const kept = header.flatMap((name, i) => (gone.includes(name) ? [] : [i]));
    const narrow = (cells: readonly string[]) => kept.map((i) => cells[i] ?? '');
    table = formatTable(narrow(header), rows.map(narrow));
  }
  return table;
}

const widest = (table: string): number => Math.max(...table.split('\n').map(widthOf));
