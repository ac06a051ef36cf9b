/** The schema in the copy that holds what masking needs; gone before the copy is published. */
export const SCHEMA = 'coog_anonymize';

/** A setting of the session, so that no statement, log or catalogue holds the key. */
export const KEY_SETTING = `${SCHEMA}.key`;

/** The letters of pseudonyms: sixteen, one for each value of half a byte. */
const LETTERS = 'aeiouybdlmnrstvz';

/** As it must stand in a statement. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * 64 hexadecimal digits that depend on the key, a kind and a value. The key is random and has a fixed length, so that a plain
 * hash behind it is as good as an HMAC here, at half its price.
 */
export const hexOf = (kind: string, value: string): string =>
  `encode(sha256(convert_to(current_setting('${KEY_SETTING}') || ${quoted(`:${kind}:`)} || ${value}, 'UTF8')), 'hex')`;

/** Letters, of hexadecimal digits. */
export const lettersOf = (hex: string): string => `translate(${hex}, '0123456789abcdef', '${LETTERS}')`;

/** Letters that a word has: 48 bits, so that neither two of them nor one and a real name are ever equal. */
export const WORD = 12;

/** A word of lower-case letters. */
export const wordOf = (kind: string, value: string): string => lettersOf(`substr(${hexOf(kind, value)}, 1, ${WORD})`);

/** A number below 2^60. */
export const numberOf = (kind: string, value: string): string => `${numberIn(hexOf(kind, value), 1)}`;

/** A number below 2^60 that stands in hexadecimal digits, from the `from`th. */
export const numberIn = (hex: string, from: number): string => `('x' || substr(${hex}, ${from}, 15))::bit(60)::bigint`;
