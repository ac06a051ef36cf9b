/** The schema in the copy that holds what masking needs; gone before the copy is published. */
export const SCHEMA = 'coog_anonymize';

/** A setting of the session, so that no statement, log or catalogue holds the key. */
export const KEY_SETTING = `${SCHEMA}.key`;

/** As it must stand in a statement. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * 32 bytes that depend on the key, a kind and a value. The key is random and has a fixed length, so that a plain hash behind it
 * is as good as an HMAC here, at half its price.
 */
export const digestOf = (kind: string, value: string): string =>
  `sha256(convert_to(current_setting('${KEY_SETTING}') || ${quoted(`:${kind}:`)} || ${value}, 'UTF8'))`;

/** Letters that a word has: 54 bits, so that neither two of them nor one and a real name are ever equal. */
export const WORD = 12;

/** Six bits of a digest make a letter. */
const bytesFor = (letters: number): number => Math.ceil((letters * 6) / 8);
/**
 * Lower-case letters, of the first bytes of a digest; as many as base64 makes of whole groups, four at least. Base64 writes
 * the numbers below 32 as letters, so the highest of each six bits is put out: a quarter of what `translate` costs.
 * @param letters a multiple of 4, 40 at most
 */
export function lettersIn(digest: string, letters: number): string {
  let bytes = `substr(${digest}, 1, ${bytesFor(letters)})`;
  for (let bit = 0; bit < letters * 6; bit += 6)
    // PostgreSQL counts the bits of a byte from the lowest.
    bytes = `set_bit(${bytes}, ${bit - (bit % 8) + 7 - (bit % 8)}, 0)`;
  return `lower(encode(${bytes}, 'base64') COLLATE "C")`;
}

/** A word of lower-case letters. */
export const wordOf = (kind: string, value: string): string => lettersIn(digestOf(kind, value), WORD);

/** Begins every word with a capital. */
export const capital = (letters: string): string => `initcap(${letters} COLLATE "C")`;

/** A number below 2^60. */
export const numberOf = (kind: string, value: string): string =>
  `(('x' || encode(substr(${digestOf(kind, value)}, 1, 8), 'hex'))::bit(64)::bigint & ${2n ** 60n - 1n})`;

/**
 * A number with zeros before it; half of what `lpad` costs.
 * @param digits 18 at most; the number has no more of them
 */
export const padded = (number: string, digits: number): string =>
  `substr((${10n ** BigInt(digits)} + (${number}))::text, 2)`;
