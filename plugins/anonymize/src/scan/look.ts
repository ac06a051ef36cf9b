import { type Form, type Place, readBytes, readContents } from './contents.ts';
import { matches } from './patterns.ts';
import { Flag, type Secrets } from './secrets.ts';
import type { Seen } from './seen.ts';
import type { Tally } from './tally.ts';
import { isTelling, type Piece, type Words } from './words.ts';

export interface LookOptions {
  readonly tally: Tally;
  /** The place is a list that everybody has. */
  readonly isPublic: boolean;
  /** What may stand there: values of rows that are kept. */
  readonly allowed?: Seen;
}

/** Letters that a piece must have in a picture and the like. */
const NO_NOISE = 10;

/** Looks for what was sampled, and for patterns, in values and in bytes. */
export interface Look {
  value(form: Form, raw: string, options: LookOptions): void;
  bytes(bytes: Buffer, options: LookOptions): void;
}

export function createLook(secrets: Secrets, words: Words): Look {
  const inText = (text: string, place: Place, { tally, isPublic, allowed }: LookOptions): void => {
    let digits = 0;
    words(text, (piece) => {
      if (piece.words === 1) digits += piece.digits;
      if (!isTelling(piece) || (place === 'noise' && piece.length < NO_NOISE)) return;
      const flags = secrets.flagsOf(piece);
      if (flags < 0 || (isPublic && flags & Flag.public) || allowed?.has(piece)) return;
      tally.found(flags & Flag.weak ? 'weak' : 'value', text.slice(piece.start, piece.end));
    });
    if (digits < 9 && !text.includes('@')) return;
    for (const match of matches(text, { at: text.includes('@'), digits }))
      if (match.real && place !== 'noise' && !isAllowed(match.text, allowed)) tally.found(match.kind, match.text);
  };
  const isAllowed = (text: string, allowed: Seen | undefined): boolean => {
    if (!allowed) return false;
    let last: Piece | undefined;
    words(text, (piece) => {
      last = { ...piece };
    });
    return last !== undefined && allowed.has(last);
  };
  return {
    value(form, raw, options) {
      options.tally.row(form === 'text' && /^[+\d ]+$/.test(raw));
      readContents(form, raw, (text, place) => inText(text, place, options));
    },
    bytes(bytes, options) {
      options.tally.row(false);
      readBytes(bytes, (text, place) => inText(text, place, options));
    },
  };
}

/** Remembers the pieces of values that may stay. */
export function createAllow(allowed: Seen, words: Words): (form: Form, raw: string) => void {
  return (form, raw) => readContents(form, raw, (text) => words(text, (piece) => allowed.add(piece)));
}
