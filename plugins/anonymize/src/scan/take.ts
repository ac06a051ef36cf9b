import type { Seen } from './seen.ts';
import { isTelling, type Piece, WHOLE, type Words } from './words.ts';

/** Words of a value that is a name, a number, an address: longer ones are prose. */
const SHORT = 8;
const NIR = /^[12][\dAB ]{12,20}$/;

/**
 * Calls `keep` for every piece of a value that could tell who somebody is. Of a short value: the whole, each word, two words
 * of three. Of prose: words and pairs of words that begin with a capital inside a sentence, as names do, and what has
 * letters and digits.
 */
export function createTake(words: Words): (text: string, keep: (piece: Piece) => void) => void {
  const pieces: Piece[] = [];
  return function take(text, keep) {
    // A social security number is also written without its key.
    if (NIR.test(text)) words(text.replaceAll(' ', '').slice(0, 13), keep, 1);
    if (text.length <= WHOLE) {
      pieces.length = 0;
      words(text, (piece) => void pieces.push({ ...piece }));
      const count = pieces.filter((piece) => piece.words === 1).length;
      if (count <= SHORT) {
        for (const piece of pieces) if (isTelling(piece) && belongs(piece, count, text)) keep(piece);
        return;
      }
    }
    takeProse(words, text, keep);
  };
}

function belongs({ words, end }: Piece, count: number, text: string): boolean {
  const at = text.indexOf('@');
  // The provider's domain tells nothing.
  if (at >= 0) return words === 0 || words === count || (words === 1 && end <= at);
  if (words <= 1 || words === count) return true;
  return count === 3 && words === 2 && !/\d/.test(text);
}

function takeProse(words: Words, text: string, keep: (piece: Piece) => void): void {
  let before = false;
  let now = false;
  words(
    text,
    (piece) => {
      if (piece.words === 1) {
        before = now;
        now = isName(text, piece.start);
        const mixed = piece.digits > 0 && piece.digits < piece.length;
        if ((now || mixed || piece.digits >= 8) && piece.length >= 5 && isTelling(piece)) keep(piece);
      } else if (before && now && isTelling(piece)) keep(piece);
    },
    2,
  );
}

/** A capital that no sentence begins with. */
function isName(text: string, start: number): boolean {
  const letter = text.charAt(start);
  if (letter === letter.toLowerCase()) return false;
  for (let i = start - 1; i >= 0; i -= 1) {
    const c = text.charAt(i);
    if (c === ' ' || c === '"' || c === "'" || c === '«' || c === '(') continue;
    return !/[.!?:;\n\r•-]/.test(c);
  }
  return false;
}

/** What a value's pieces are compared with before it is looked for. */
export interface Elsewhere {
  /** Columns that tell nothing of anybody. */
  readonly common: Seen;
  /** Lists that everybody has. */
  readonly publicly: Seen;
}
