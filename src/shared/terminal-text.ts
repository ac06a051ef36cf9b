import { stripVTControlCharacters } from 'node:util';

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const controls = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;
const shortForms: Readonly<Record<string, string>> = { '\n': '\\n', '\t': '\\t', '\r': '\\r' };

/** A text on one line, with nothing in it that a terminal would obey: control characters are written out. */
export const onOneLine = (text: string): string => text.replace(controls, written);

/** A text of several lines for a terminal: colours go, other control characters are written out. */
export const forTerminal = (text: string): string =>
  stripVTControlCharacters(text.replaceAll('\r\n', '\n')).replace(controls, (c) =>
    c === '\n' || c === '\t' ? c : written(c),
  );

function written(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16);
  return shortForms[character] ?? (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex}`);
}

const wide =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;

/** Columns that a terminal needs for it. */
export function widthOf(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  const letters = [...new Intl.Segmenter().segment(text)];
  return letters.reduce((sum, { segment }) => sum + (wide.test(segment) ? 2 : 1), 0);
}
