import { numberOf, padded, SCHEMA } from './hash.ts';
import { numberAt, numbersBelow } from './numbers.ts';
import type { SqlFunction } from './sql-function.ts';

/** The largest prime below 2^39, so that a product with half of a number and the sex fits into 63 bits. */
const PRIME = 2n ** 39n - 7n;

/** Values of the two halves of a number: year, month and department; the six digits after it. */
const [LEFT, RIGHT] = [500_000, 1_000_000];

/** A secret number from 1 to PRIME - 1, which depends on the key. */
const multiplier: SqlFunction = {
  name: 'multiplier',
  parameters: 'which text',
  returns: 'bigint',
  immutable: true,
  body: `RETURN ${numberOf('nir multiplier', 'which')} % ${PRIME - 1n} + 1;`,
};

/** An outer round of the network below: two inputs that differ meet in what it gives as rarely as chance has it. */
const outer = (which: number, half: string): string => `${SCHEMA}.multiplier('${which}') * (${half}) % ${PRIME}`;

type Inner = 1 | 2;

/** What the inner rounds add, for every half that can come: 1.5 million numbers, which takes a second. */
const roundNumbers: SqlFunction = {
  name: 'nir_numbers',
  parameters: 'which int',
  returns: 'int[]',
  immutable: true,
  body: `
    IF which = 1 THEN RETURN ${numbersBelow('nir 1', LEFT, RIGHT)}; END IF;
    RETURN ${numbersBelow('nir 2', RIGHT, LEFT)};`,
};

/** An inner round: a number that depends on the key, the round and half of the other number. */
const inner = (which: Inner, half: string, many: boolean): string =>
  many ? `(${SCHEMA}.nir_numbers(${which}))[${half} + 1]` : numberAt(`nir ${which}`, half);

/**
 * A permutation of the numbers of people of one sex, by a Feistel network of four rounds over year, month and the eight digits of
 * place and order: different numbers stay different. Its outer rounds are universal hashes (the first one of the sex as well), which is
 * as good as four rounds of a pseudorandom function (Naor and Reingold, "On the construction of pseudorandom permutations:
 * Luby-Rackoff revisited", 1999), with half as many hashes of SHA-256. Months 1-12 and 20-42 (and others, which no number has) become
 * 50-99. The key: 97 minus the rest of the division by 97.
 */
const number = (name: string, many: boolean): SqlFunction => ({
  name,
  parameters: 'v text',
  returns: 'text',
  declare: `n bigint := CASE octet_length(v) WHEN 13 THEN v::bigint ELSE v::bigint / 100 END; s bigint := n / 1000000000000; l bigint; r bigint;`,
  body: `
    l := (n / 10000000000 % 100 * 5000 + n / 1000000 % 5000 + ${outer(1, 's * 1000000 + n % 1000000')}) % ${LEFT};
    r := (n + ${inner(1, 'l', many)}) % ${RIGHT};
    l := (l + ${inner(2, 'r', many)}) % ${LEFT};
    n := ((s * 100 + l / 5000) * 10000 + 5000 + l % 5000) * 1000000 + (r + ${outer(2, 'l')}) % ${RIGHT};
    RETURN CASE octet_length(v) WHEN 13 THEN n::text ELSE (n * 100 + 97 - n % 97)::text END;`,
});

/** Patterns of what is a number without blanks, where the length is known: a bound like {13} would double what they cost. */
const NUMBER = `'^[1-9][0-9]+$'`;
const OF_PEOPLE = `'^[12][0-9]+$'`;

/** Any spelling; what is no number becomes one. Corsica's 2A and 2B count as 19 and 18 (INSEE). */
const anySpelling: SqlFunction = {
  name: 'nir',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := upper(translate(v, ' .-', ''));
    d text := left(c, 5) || replace(replace(substr(c, 6, 2), '2A', '19'), '2B', '18') || substr(c, 8, 6);`,
  body: `
    IF length(d) < 13 OR d !~ ${NUMBER} THEN d := '1' || ${padded(`${numberOf('no nir', 'c')} % 1000000000000`, 12)}; END IF;
    RETURN ${SCHEMA}.nir_number(d || CASE WHEN length(c) < 15 THEN '' ELSE '00' END);`,
};

export const nirFunctions: readonly SqlFunction[] = [
  ...[multiplier, roundNumbers, number('nir_number', false), number('nir_number_of_many', true)],
  anySpelling,
];

const plain = (v: string, pattern: string, many: boolean): string =>
  `WHEN octet_length(${v}) IN (13, 15) AND ${v} ~ ${pattern} THEN ${SCHEMA}.nir_number${many ? '_of_many' : ''}(${v})`;

/** The pseudonym of a social security number. */
export const nirOf = (v: string, many: boolean): string =>
  `CASE ${plain(v, NUMBER, many)} ELSE ${SCHEMA}.nir(${v}) END`;

/** The same where the value is one, and something else where it is not. */
export const nirOr = (v: string, other: string, many: boolean): string =>
  `CASE ${plain(v, OF_PEOPLE, many)} ` +
  `WHEN length(${v}) BETWEEN 13 AND 21 AND ${v} ~ '^[12][0-9AB ]+$' THEN ${SCHEMA}.nir(${v}) ELSE ${other} END`;
