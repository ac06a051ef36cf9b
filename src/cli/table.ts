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
