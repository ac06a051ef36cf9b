import { foldTable } from './fold.ts';

/** One to three words in a row, or a whole value, without what stands between them. */
export interface Piece {
  /** Two hashes of 32 bits each of its folded letters and digits. */
  h1: number;
  h2: number;
  /** Letters and digits. */
  length: number;
  digits: number;
  /** 1 to 3; 0 for a whole value of more words. */
  words: number;
  /** Where it stands in the text. */
  start: number;
  end: number;
}

/** Longest value that is looked at as a whole, in characters. */
export const WHOLE = 120;
const SEED_1 = 0x811c9dc5;
const SEED_2 = 0x9747b28c;

/**
 * Cuts texts into pieces. One `Piece` is handed over again and again: whoever keeps it copies it. Windows of words are hashed
 * as if they were written together, so that "Dupont, Jean", "dupont_jean" and "DUPONTJEAN" are the same.
 */
export function createWords() {
  const fold = foldTable();
  const piece: Piece = { h1: 0, h2: 0, length: 0, digits: 0, words: 0, start: 0, end: 0 };
  // Of the last one, two and three words, and of all.
  const h1 = new Int32Array(4);
  const h2 = new Int32Array(4);
  const length = new Int32Array(4);
  const digits = new Int32Array(4);
  const start = new Int32Array(4);
  const reset = (k: number, at: number): void => {
    h1[k] = SEED_1;
    h2[k] = SEED_2;
    length[k] = 0;
    digits[k] = 0;
    start[k] = at;
  };
  const emit = (k: number, words: number, end: number, visit: (piece: Piece) => void): void => {
    piece.h1 = mix(h1[k] as number);
    piece.h2 = mix(h2[k] as number);
    piece.length = length[k] as number;
    piece.digits = digits[k] as number;
    piece.words = words;
    piece.start = start[k] as number;
    piece.end = end;
    visit(piece);
  };

  /** @param longest windows of up to so many words */
  return function words(text: string, visit: (piece: Piece) => void, longest = 3): void {
    const size = text.length;
    const whole = size <= WHOLE;
    let count = 0;
    let inWord = false;
    reset(3, 0);
    for (let i = 0; i <= size; i += 1) {
      const c = i < size ? (fold[text.charCodeAt(i)] as number) : 0;
      if (c === 0) {
        if (!inWord) continue;
        inWord = false;
        count += 1;
        for (let k = 0; k < longest && k < count; k += 1) emit(k, k + 1, i, visit);
        continue;
      }
      if (!inWord) {
        inWord = true;
        for (let k = longest - 1; k > 0; k -= 1) {
          if (count < k) continue;
          h1[k] = h1[k - 1] as number;
          h2[k] = h2[k - 1] as number;
          length[k] = length[k - 1] as number;
          digits[k] = digits[k - 1] as number;
          start[k] = start[k - 1] as number;
        }
        reset(0, i);
        if (count === 0) start[3] = i;
      }
      const digit = c >= 48 && c <= 57 ? 1 : 0;
      const active = count < longest ? count + 1 : longest;
      for (let k = 0; k < active; k += 1) {
        h1[k] = Math.imul((h1[k] as number) ^ c, 0x01000193);
        h2[k] = Math.imul(((h2[k] as number) << 5) ^ ((h2[k] as number) >>> 27) ^ c, 0x5bd1e995);
        length[k] = (length[k] as number) + 1;
        digits[k] = (digits[k] as number) + digit;
      }
      if (whole) {
        h1[3] = Math.imul((h1[3] as number) ^ c, 0x01000193);
        h2[3] = Math.imul(((h2[3] as number) << 5) ^ ((h2[3] as number) >>> 27) ^ c, 0x5bd1e995);
        length[3] = (length[3] as number) + 1;
        digits[3] = (digits[3] as number) + digit;
      }
    }
    if (whole && count > longest) emit(3, 0, size, visit);
  };
}

/** A function that cuts texts into pieces. */
export type Words = ReturnType<typeof createWords>;

/** Spreads what differs in few bits over all (the end of MurmurHash3, a public formula). */
function mix(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Whether a piece says enough to be looked for: shorter ones are in any text. Numbers of less than eight digits are dates,
 * postal codes and amounts.
 */
export function isTelling({ words, length, digits }: Piece): boolean {
  if (digits === length) return length >= 8;
  if (words === 1) return length >= (digits > 0 ? 6 : 4);
  return length >= 6 && length - digits >= 3;
}
