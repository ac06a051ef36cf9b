import { numberOf, quoted, SCHEMA } from './hash.ts';
import { keptNumbers, secretNumbers } from './numbers.ts';
import type { SqlFunction } from './sql-function.ts';

/**
 * Secret numbers of texts and of whole numbers: a pseudonym is one of them, written as its mask wants it. A number has parts, each
 * from a table of its own, which has all numbers of 16 bits in an order that SHA-256 with the key decides, once a session. Which place
 * of a table counts tells a quick hash of the value, with a secret seed. So nobody without the key knows the place of a
 * value, or what stands there; and two values have the same number only where all their places are the same. Costs a
 * third of a digest a value.
 */

/** Places in a table. */
const PLACES = 65_536;

/** Bits that a part fills, and how many it has of its 16. */
const PARTS = [
  { at: 0, bits: 16 },
  { at: 16, bits: 16 },
  { at: 32, bits: 16 },
  { at: 48, bits: 12 },
] as const;

const tableOf = (part: number): string => `secret_${part + 1}`;

const tables: readonly SqlFunction[] = PARTS.flatMap(({ at, bits }, part) => {
  const lots = secretNumbers(`secret ${part + 1}`, PLACES);
  const inPlace = `((i - 1) & ${2 ** bits - 1}) << ${at}`;
  return keptNumbers(
    tableOf(part),
    `ARRAY(SELECT ${inPlace} FROM unnest(${lots}) WITH ORDINALITY x(lot, i) ORDER BY lot, i)`,
  );
});

const seed: SqlFunction = {
  name: 'seed',
  parameters: '',
  returns: 'bigint',
  immutable: true,
  body: `RETURN ${numberOf('seed', "''")};`,
};

/** @param kind an expression */
const seedOf = (kind: string): string => `hashtextextended(${kind} COLLATE "C", ${SCHEMA}.seed())`;

/** The bytes are what counts, whatever a column's collation takes for the same. */
const hashOf = (kind: string, value: string): string => `hashtextextended(${value} COLLATE "C", ${seedOf(kind)})`;

/** @param number an expression of bigint */
const hashOfNumber = (kind: string, number: string): string => `hashint8extended(${number}, ${seedOf(quoted(kind))})`;

const partAt = (hash: string, part: number): string =>
  `(${SCHEMA}.${tableOf(part)}())[(${hash} >> ${16 * part} & ${PLACES - 1}) + 1]`;

const partsAt = (hash: string, count: number): string =>
  `(${Array.from({ length: count }, (_, part) => partAt(hash, part)).join(' | ')})`;

/**
 * A number below 2^32 for a whole number. It holds tables, so that it is for functions and for what may hold them.
 * @param number an expression of bigint, which is used twice
 */
export const secretOfNumber = (kind: string, number: string): string => partsAt(hashOfNumber(kind, number), 2);

/** What expressions call that shall hold neither tables nor seed: those of few rows, and those whose plan a server may log. */
export const secretFunctions: readonly SqlFunction[] = [
  ...tables,
  seed,
  {
    name: 'secret',
    parameters: 'kind text, v text',
    returns: 'bigint',
    declare: `h bigint := ${hashOf('kind', 'v')};`,
    body: `RETURN ${partsAt('h', PARTS.length)};`,
  },
  {
    name: 'secret_of_day',
    parameters: 'd bigint',
    returns: 'bigint',
    body: `RETURN ${secretOfNumber('day', 'd')};`,
  },
];

/**
 * A secret number of a text, below 2^16, 2^48 or 2^60.
 * @param many whether the tables may stand in the expression
 */
function secretOf(parts: 1 | 3 | 4, kind: string, value: string, many: boolean): string {
  if (many) return partsAt(hashOf(quoted(kind), value), parts);
  const all = `${SCHEMA}.secret(${quoted(kind)}, ${value})`;
  return parts === 4 ? all : `(${all} & ${2n ** (16n * BigInt(parts)) - 1n})`;
}

/** Below 2^16: several texts have the same. */
export const smallSecretOf = (kind: string, value: string, many: boolean): string => secretOf(1, kind, value, many);

/** A number below 2^32 for a day, an expression: a number of days. */
export const secretOfDay = (day: string, many: boolean): string =>
  many ? secretOfNumber('day', `(${day})::bigint`) : `${SCHEMA}.secret_of_day(${day})`;

/** Characters that a word has. */
export const WORD = 12;

/** Numbers of twelve hexadecimal digits, none of them a zero before the others. */
const [LEAST, COUNT] = [16n ** 11n, 15n * 16n ** 11n];

/**
 * A word: hexadecimal digits, as the scripts' were; of a million texts, two have the same in one database of 500. Letters only take
 * a quarter longer to make, and 1.4 times as long to put into an index of trigrams, as there are four times as many of them.
 */
export const wordOf = (kind: string, value: string, many: boolean): string =>
  `to_hex(${secretOf(3, kind, value, many)} % ${COUNT} + ${LEAST})`;

/** A number without zeros before it, of 15 digits or, for what must be unique among millions, 16. */
export const digitsOf = (kind: string, value: string, digits: 15 | 16, many: boolean): string =>
  digits === 15
    ? `(${secretOf(3, kind, value, many)} + ${10n ** 14n})`
    : `(${secretOf(4, kind, value, many)} % ${9n * 10n ** 15n} + ${10n ** 15n})`;
