import type { Piece } from './words.ts';

/** How often pieces were seen, in constant memory: never too low, seldom too high. Counts end at 255. */
export interface Counts {
  add(piece: Piece): void;
  of(piece: Piece): number;
}

/** @param bits of the number of counters; 22 take 8 MB */
export function createCounts(bits = 22): Counts {
  const rows = [new Uint8Array(2 ** bits), new Uint8Array(2 ** bits)] as const;
  const shift = 32 - bits;
  return {
    add({ h1, h2 }) {
      const [a, b] = [h1 >>> shift, h2 >>> shift];
      // Only the lower one: the other has what others put there.
      const low = Math.min(rows[0][a] as number, rows[1][b] as number);
      if (low === 255) return;
      if (rows[0][a] === low) rows[0][a] = low + 1;
      if (rows[1][b] === low) rows[1][b] = low + 1;
    },
    of: ({ h1, h2 }) => Math.min(rows[0][h1 >>> shift] as number, rows[1][h2 >>> shift] as number),
  };
}

/** Whether pieces were seen, in constant memory: never "no" for what was, seldom "yes" for what was not. */
export interface Seen {
  add(piece: Piece): void;
  has(piece: Piece): boolean;
}

/** @param bits of the number of bits; 25 take 4 MB */
export function createSeen(bits = 25): Seen {
  const field = new Uint8Array(2 ** (bits - 3));
  const shift = 32 - bits;
  const has = (at: number): boolean => ((field[at >>> 3] as number) & (1 << (at & 7))) !== 0;
  const set = (at: number): void => {
    field[at >>> 3] = (field[at >>> 3] as number) | (1 << (at & 7));
  };
  return {
    add({ h1, h2 }) {
      set(h1 >>> shift);
      set(h2 >>> shift);
    },
    has: ({ h1, h2 }) => has(h1 >>> shift) && has(h2 >>> shift),
  };
}
