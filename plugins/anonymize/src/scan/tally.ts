import type { PatternKind } from './patterns.ts';
import type { Hit } from './types.ts';

export type Found = PatternKind | 'value' | 'weak';

/** What was found in a column, by row. */
export interface Tally {
  /** Begins a row that holds something. @param onlyDigits the value is one number */
  row(onlyDigits: boolean): void;
  /** @param text what was found; only its first and last letter are kept */
  found(kind: Found, text: string): void;
  readonly hits: readonly Hit[];
}

/** Part of a column's rows in which what may be chance is no chance any more. */
const NO_CHANCE = 0.02;
const FEWEST = 3;

export function createTally(place: Pick<Hit, 'schema' | 'table' | 'column'>): Tally {
  const counts = new Map<Found, { rows: number; last: number; numbers: number; example: string }>();
  let rows = 0;
  let isNumber = false;
  return {
    row(onlyDigits) {
      rows += 1;
      isNumber = onlyDigits;
    },
    found(kind, text) {
      const count = counts.get(kind) ?? { rows: 0, last: 0, numbers: 0, example: hidden(text) };
      counts.set(kind, count);
      if (count.last === rows) return;
      count.last = rows;
      count.rows += 1;
      if (isNumber) count.numbers += 1;
    },
    get hits() {
      const many = (n: number): boolean => n >= Math.max(FEWEST, rows * NO_CHANCE);
      const hit = (kind: Hit['kind'], from: Found): Hit[] => {
        const { rows: count = 0, example = '' } = counts.get(from) ?? {};
        return [{ ...place, kind, count, example }];
      };
      const found: Hit[] = [];
      if (counts.has('value')) found.push(...hit('value', 'value'));
      else if (many(counts.get('weak')?.rows ?? 0)) found.push(...hit('value', 'weak'));
      for (const kind of ['email', 'iban', 'nir', 'phone'] as const) {
        const count = counts.get(kind);
        // Among numbers of any meaning some have a right check digit.
        const mayBeChance = (kind === 'nir' || kind === 'phone') && count !== undefined && count.numbers === count.rows;
        if (count && (!mayBeChance || rows < 100 || many(count.rows))) found.push(...hit(kind, kind));
      }
      return found;
    },
  };
}

/** All but the first and the last character. */
function hidden(text: string): string {
  const characters = [...text.trim()];
  if (characters.length < 3) return '*'.repeat(characters.length);
  return `${characters[0]}${'*'.repeat(Math.min(20, characters.length - 2))}${characters.at(-1)}`;
}
