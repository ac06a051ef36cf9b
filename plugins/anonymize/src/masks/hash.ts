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
 * 32 bytes that depend on the key, a kind and a value, as hexadecimal digits. The key is random and has a fixed length, so that
 * a plain hash behind it is as good as an HMAC here, at half its price. `textsend` gives a text's bytes as clients get them,
 * which is UTF-8 here whatever the database has; `convert_to` takes twice as long to say the same.
 */
export const digestOf = (kind: string, value: string): string =>
  `encode(sha256(textsend(${KEY} || ${quoted(`:${kind}:`)} || ${value})), 'hex')`;

/**
 * A number of 64 bits with its sign, of a digest. PostgreSQL has no quick way from bytes to a number but this hash of texts;
 * what makes the number a secret is the digest, of which it uses all.
 * @param which numbers of one digest that differ in it have nothing to do with each other
 */
const bitsOf = (digest: string, which: number): string => `hashtextextended(${digest}, ${which})`;

/** A number below 2^60, of a digest. @param which as many different ones as are wanted */
export const numberIn = (digest: string, which = 0): string => `(${bitsOf(digest, which)} & ${2n ** 60n - 1n})`;

/** A number below 2^60. */
export const numberOf = (kind: string, value: string): string => numberIn(digestOf(kind, value));

/** Letters that a word has, which are 48 bits: of a million words, two are equal in one database of 700. Real names are none. */
export const WORD = 11;

/**
 * Of 64 bits, those that keep base64 from writing anything but letters: the highest of each six is put out, as the numbers
 * below 32 are letters.
 */
const LETTERS = BigInt.asIntN(64, BigInt(`0b${'011111'.repeat(10)}0111`));

/** A word of lower-case letters, of a digest. @param which as many different ones as are wanted */
export const wordIn = (digest: string, which = 0): string =>
  `left(lower(encode(int8send(${bitsOf(digest, which)} & ${LETTERS}), 'base64') COLLATE "C"), ${WORD})`;

/** A word of lower-case letters. */
export const wordOf = (kind: string, value: string): string => wordIn(digestOf(kind, value));

/** Begins every word with a capital. */
export const capital = (letters: string): string => `initcap(${letters} COLLATE "C")`;

/**
 * A number with zeros before it; half of what `lpad` costs.
 * @param digits 18 at most; the number has no more of them
 */
export const padded = (number: string, digits: number): string =>
  `substr((${10n ** BigInt(digits)} + (${number}))::text, 2)`;
