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

/** @param bits of the number of places; 22 take 32 MB and hold 2.5 million pieces */
export function createSecrets(bits = 22): Secrets {
  const places = 2 ** bits;
  const mask = places - 1;
  let first = new Uint32Array(places);
  let second = new Uint32Array(places);
  let size = 0;
  let rate = 0;

  const placeOf = (h1: number, key: number): number => {
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
  const halve = (): void => {
    rate = (rate << 1) | 1;
    const [h1s, rest] = [first, second];
    first = new Uint32Array(places);
    second = new Uint32Array(places);
    size = 0;
    for (let at = 0; at < places; at += 1) {
      const entry = rest[at] as number;
      if (entry !== 0 && ((entry >>> 2) & rate) === 0) put(h1s[at] as number, entry >>> 2, entry & 3);
    }
  };
  return {
    add({ h1, h2 }, flags) {
      const key = keyOf(h2);
      if ((key & rate) !== 0) return;
      put(h1, key, flags);
      if (size > places * FULL) halve();
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
