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
  const emit = (state: State, words: number, end: number, visit: (piece: Piece) => void): void => {
    piece.h1 = mix(state.h1);
    piece.h2 = mix(state.h2);
    piece.length = state.length;
    piece.digits = state.digits;
    piece.words = words;
    piece.start = state.start;
    piece.end = end;
    visit(piece);
  };
  // Of the last word, the last two, the last three, and all. They change places instead of being copied.
  let one = createState();
  let two = createState();
  let three = createState();
  const all = createState();

  /** @param longest windows of up to so many words, 3 at most */
  return function words(text: string, visit: (piece: Piece) => void, longest = 3): void {
    const size = text.length;
    const whole = size <= WHOLE;
    let count = 0;
    let inWord = false;
    reset(all, 0);
    for (let i = 0; i <= size; i += 1) {
      const c = i < size ? (fold[text.charCodeAt(i)] as number) : 0;
      if (c === 0) {
        if (!inWord) continue;
        inWord = false;
        count += 1;
        emit(one, 1, i, visit);
        if (longest > 1 && count > 1) emit(two, 2, i, visit);
        if (longest > 2 && count > 2) emit(three, 3, i, visit);
        continue;
      }
      if (!inWord) {
        inWord = true;
        const free = three;
        three = two;
        two = one;
        one = free;
        reset(one, i);
        if (count === 0) all.start = i;
      }
      const digit = c >= 48 && c <= 57 ? 1 : 0;
      add(one, c, digit);
      if (longest > 1 && count > 0) add(two, c, digit);
      if (longest > 2 && count > 1) add(three, c, digit);
      if (whole) add(all, c, digit);
    }
    if (whole && count > longest) emit(all, 0, size, visit);
  };
}

interface State {
  h1: number;
  h2: number;
  length: number;
  digits: number;
  start: number;
}

const createState = (): State => ({ h1: 0, h2: 0, length: 0, digits: 0, start: 0 });

function reset(state: State, at: number): void {
  state.h1 = SEED_1 | 0;
  state.h2 = SEED_2 | 0;
  state.length = 0;
  state.digits = 0;
  state.start = at;
}

function add(state: State, c: number, digit: number): void {
  state.h1 = Math.imul(state.h1 ^ c, 0x01000193);
  state.h2 = Math.imul((state.h2 << 5) ^ (state.h2 >>> 27) ^ c, 0x5bd1e995);
  state.length += 1;
  state.digits += digit;
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
