import { numberOf, padded, SCHEMA } from './hash.ts';
import { secretOfNumber } from './secret.ts';
import type { SqlFunction } from './sql-function.ts';

/** The largest prime below 2^39, so that a product with half of a number and the sex fits into 63 bits. */
const PRIME = 2n ** 39n - 7n;

/** Values of the two halves of a number: year, month and department; the six digits after it. */
const [LEFT, RIGHT] = [500_000, 1_000_000];

/** What a number is divided by to tell the sex. */
const SEX = 10n ** 12n;

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

/** An inner round: a secret number of half of the other number. */
const inner = (which: 1 | 2, half: string): string => secretOfNumber(`nir ${which}`, half);

/**
 * A permutation of the numbers of people of one sex, by a Feistel network of four rounds over year, month and the eight digits of
 * place and order: different numbers stay different. Its outer rounds are universal hashes (the first one of the sex as well), which is
 * as good as four rounds of a pseudorandom function (Naor and Reingold, "On the construction of pseudorandom permutations:
 * Luby-Rackoff revisited", 1999), with half as many secret numbers. Months 1-12 and 20-42 (and others, which no number has) become
 * 50-99. The key: 97 minus the rest of the division by 97. Takes and gives a number of 13 digits, to be keyed or not.
 */
const number: SqlFunction = {
  name: 'nir_number',
  parameters: 'n bigint, keyed boolean',
  returns: 'bigint',
  declare: `a bigint := (n / 10000000000 % 100 * 5000 + n / 1000000 % 5000 + ${outer(1, `n / ${SEX} * 1000000 + n % 1000000`)}) % ${LEFT};
    r bigint := (n + ${inner(1, 'a')}) % ${RIGHT};
    l bigint := (a + ${inner(2, 'r')}) % ${LEFT};`,
  body: `
    n := ((n / ${SEX} * 100 + l / 5000) * 10000 + 5000 + l % 5000) * 1000000 + (r + ${outer(2, 'l')}) % ${RIGHT};
    RETURN CASE WHEN keyed THEN n * 100 + 97 - n % 97 ELSE n END;`,
};

/**
 * What is a number without blanks, where the length is known. To look for what is no digit costs a third less than a pattern of
 * the whole, and a bound like {13} would double that.
 */
const isNumber = (v: string): string => `${v} !~ '[^0-9]' AND ${v} NOT LIKE '0%'`;
const isOfPeople = (v: string): string => `${v} !~ '[^0-9]' AND (${v} LIKE '1%' OR ${v} LIKE '2%')`;

/** Any spelling; what is no number becomes one. Corsica's 2A and 2B count as 19 and 18 (INSEE). */
const anySpelling: SqlFunction = {
  name: 'nir',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := upper(translate(v, ' .-', ''));
    d text := left(c, 5) || replace(replace(substr(c, 6, 2), '2A', '19'), '2B', '18') || substr(c, 8, 6);`,
  body: `
    IF length(d) < 13 OR NOT (${isNumber('d')}) THEN d := '1' || ${padded(`${numberOf('no nir', 'c')} % 1000000000000`, 12)}; END IF;
    RETURN ${SCHEMA}.nir_number(d::bigint, length(c) >= 15);`,
};

export const nirFunctions: readonly SqlFunction[] = [multiplier, number, anySpelling];

/** Without a key, and with one. */
const plain = (v: string, condition: string): string =>
  `WHEN octet_length(${v}) = 15 AND ${condition} THEN ${SCHEMA}.nir_number(${v}::bigint / 100, true)::text ` +
  `WHEN octet_length(${v}) = 13 AND ${condition} THEN ${SCHEMA}.nir_number(${v}::bigint, false)::text`;

/** The pseudonym of a social security number. */
export const nirOf = (v: string): string => `CASE ${plain(v, isNumber(v))} ELSE ${SCHEMA}.nir(${v}) END`;

/** The same where the value is one, and something else where it is not. */
export const nirOr = (v: string, other: string): string =>
  `CASE ${plain(v, isOfPeople(v))} ` +
  `WHEN length(${v}) BETWEEN 13 AND 21 AND ${v} ~ '^[12][0-9AB ]+$' THEN ${SCHEMA}.nir(${v}) ELSE ${other} END`;
