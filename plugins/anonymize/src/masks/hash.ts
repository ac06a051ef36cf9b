/** The schema in the copy that holds what masking needs; gone before the copy is published. */
export const SCHEMA = 'coog_anonymize';

/** A setting of the session, so that no statement, log or catalogue holds the key. */
export const KEY_SETTING = `${SCHEMA}.key`;

/**
 * The key in an expression: a function that says to be immutable, so that PostgreSQL asks it once a statement and not once a
 * value, which was a fifth of a hash. Plans hold what it answers: a session that is given another key, or none, must DISCARD PLANS.
 */
const KEY = `${SCHEMA}.key()`;

/** The statement that makes this function. */
export const keyFunction = `CREATE FUNCTION ${KEY} RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS
  $f$ BEGIN RETURN current_setting('${KEY_SETTING}'); END $f$`;

/** An expression for statements whose plans a server may log: ALTER has none, UPDATE does. */
export const withoutKeyInPlan = (expression: string): string =>
  expression.replaceAll(KEY, `current_setting('${KEY_SETTING}')`);

/** As it must stand in a statement. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * 32 bytes that depend on the key, a kind and a value. The key is random and has a fixed length, so that a plain hash behind it
 * is as good as an HMAC here, at half its price.
 */
export const digestOf = (kind: string, value: string): string =>
  `sha256(convert_to(${KEY} || ${quoted(`:${kind}:`)} || ${value}, 'UTF8'))`;

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

/**
 * A number below 2^60. PostgreSQL has no quick way from bytes to a number but this hash of texts; what makes the number a
 * secret is the digest, of which it uses all.
 */
export const numberOf = (kind: string, value: string): string =>
  `(hashtextextended(encode(${digestOf(kind, value)}, 'hex'), 0) & ${2n ** 60n - 1n})`;

/**
 * A number with zeros before it; half of what `lpad` costs.
 * @param digits 18 at most; the number has no more of them
 */
export const padded = (number: string, digits: number): string =>
  `substr((${10n ** BigInt(digits)} + (${number}))::text, 2)`;
