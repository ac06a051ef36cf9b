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

/** An expression for queries of functions, whose plans a server may log. */
export const withoutKeyInPlan = (expression: string): string =>
  expression.replaceAll(KEY, `current_setting('${KEY_SETTING}')`);

/** As it must stand in a statement. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * 32 bytes that depend on the key, a kind and a value. The key is random and has a fixed length, so that
 * a plain hash behind it is as good as an HMAC here, at half its price. `textsend` gives a text's bytes as clients get them,
 * which is UTF-8 here whatever the database has; `convert_to` takes twice as long to say the same.
 */
export const digestOf = (kind: string, value: string): string =>
  `sha256(textsend(${KEY} || ${quoted(`:${kind}:`)} || ${value}))`;

/** The bits of a hash of texts that a secret number has. */
const SECRET_NUMBER = 2n ** 60n - 1n;

/**
 * A number below 2^60. PostgreSQL has no quick way from bytes to a number but this hash of texts; what makes the number a secret
 * is the digest, of which it uses all.
 */
export const numberOf = (kind: string, value: string): string =>
  `(hashtextextended(encode(${digestOf(kind, value)}, 'hex'), 0) & ${SECRET_NUMBER})`;

/**
 * A number with zeros before it; half of what `lpad` costs.
 * @param digits 18 at most; the number has no more of them
 */
export const padded = (number: string, digits: number): string =>
  `substr((${10n ** BigInt(digits)} + (${number}))::text, 2)`;
