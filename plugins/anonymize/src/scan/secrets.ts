import type { Piece } from './words.ts';

/** What is known of a piece that is looked for. */
export const Flag = {
  /** Also stands where nothing is personal: one alone tells nothing, many of them in a column do. */
  weak: 1,
  /** Stands in lists that everybody has, as of countries: there it may stay. */
  public: 2,
} as const;

/**
 * The pieces that are looked for: hashes only, of 62 bits, so that neither a heap dump nor a swap file shows a name. When
 * there are too many, half of them are let go, always the same ones for the same data.
 */
export interface Secrets {
  add(piece: Piece, flags: number): void;
  /** Flags of a piece; -1 for one that is not looked for. */
  flagsOf(piece: Piece): number;
  readonly size: number;
}

const FULL = 0.6;

/** @param largest power of two of the number of places; 21 take 16 MB and hold 1.2 million pieces */
export function createSecrets(largest = 21): Secrets {
  let bits = Math.min(14, largest);
  let first = new Uint32Array(2 ** bits);
  let second = new Uint32Array(2 ** bits);
  let size = 0;
  let rate = 0;

  const placeOf = (h1: number, key: number): number => {
    const mask = first.length - 1;
    let at = h1 & mask;
    while (second[at] !== 0 && !(first[at] === h1 && (second[at] as number) >>> 2 === key)) at = (at + 1) & mask;
    return at;
  };
  /** Never 0, which means an empty place. */
  const keyOf = (h2: number): number => h2 >>> 2 || 1;
  const put = (h1: number, key: number, flags: number): void => {
    const at = placeOf(h1, key);
    if (second[at] !== 0) {
      second[at] = ((second[at] as number) | flags) >>> 0;
      return;
    }
    first[at] = h1;
    second[at] = ((key << 2) | flags) >>> 0;
    size += 1;
  };
  /** More places; when there may be no more, half of the pieces go. */
  const makeRoom = (): void => {
    if (bits < largest) bits += 1;
    else rate = (rate << 1) | 1;
    const [h1s, rest] = [first, second];
    first = new Uint32Array(2 ** bits);
    second = new Uint32Array(2 ** bits);
    size = 0;
    for (const [at, entry] of rest.entries())
      if (entry !== 0 && ((entry >>> 2) & rate) === 0) put(h1s[at] as number, entry >>> 2, entry & 3);
  };
  return {
    add({ h1, h2 }, flags) {
      const key = keyOf(h2);
      if ((key & rate) !== 0) return;
      put(h1, key, flags);
      if (size > first.length * FULL) makeRoom();
    },
    flagsOf({ h1, h2 }) {
      const entry = second[placeOf(h1, keyOf(h2))] as number;
      return entry === 0 ? -1 : entry & 3;
    },
    get size() {
      return size;
    },
  };
}
