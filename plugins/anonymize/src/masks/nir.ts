import { numberOf, padded, SCHEMA } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

/** The largest prime below 2^42, so that a product with half of a number fits into 63 bits. */
const PRIME = 2n ** 42n - 11n;

/** A secret number from 1 to PRIME - 1, which depends on the key. */
const multiplier: SqlFunction = {
  name: 'multiplier',
  parameters: 'which text',
  returns: 'bigint',
  immutable: true,
  body: `RETURN ${numberOf('nir multiplier', 'which')} % ${PRIME - 1n} + 1;`,
};

/** An outer round of the network below: two halves that differ meet in what it gives as rarely as chance has it. */
const outer = (which: number, half: string): string => `${SCHEMA}.multiplier('${which}') * ${half} % ${PRIME}`;

/** An inner round: a number that depends on the key, the round, the sex and half of the other number. */
const inner = (which: number, half: string): string =>
  numberOf('nir', `(${which}0000000 + n / 1000000000000 * 1000000 + ${half})`);

/** A pattern: a bound like {13} in it would double what it costs. */
const NUMBER = `'^[1-9][0-9]+$'`;
const month = 'n / 100000000 % 100';

/**
 * A permutation of the numbers of people of one sex, by a Feistel network of four rounds over year, month and the eight digits of
 * place and order: different numbers stay different. Its outer rounds are universal hashes, which is as good as four rounds of a
 * pseudorandom function (Naor and Reingold, "On the construction of pseudorandom permutations: Luby-Rackoff revisited", 1999), with
 * half as many hashes of SHA-256. Months 1-12 and 20-42 (and others, which no number has) become 50-99. The key: 97 minus the rest of
 * the division by 97, Corsica's 2A and 2B counted as 19 and 18 (INSEE).
 */
const nir: SqlFunction = {
  name: 'nir',
  parameters: 'v text',
  returns: 'text',
  declare: 'n bigint; l bigint; r bigint; c text; d text;',
  body: `
    IF length(v) NOT IN (13, 15) OR v !~ ${NUMBER} THEN
      c := upper(translate(v, ' .-', ''));
      d := left(c, 5) || replace(replace(substr(c, 6, 2), '2A', '19'), '2B', '18') || substr(c, 8, 6);
      IF length(d) < 13 OR d !~ ${NUMBER} THEN d := '1' || ${padded(`${numberOf('no nir', 'c')} % 1000000000000`, 12)}; END IF;
      RETURN ${SCHEMA}.nir(d || CASE WHEN length(c) < 15 THEN '' ELSE '00' END);
    END IF;
    n := left(v, 13)::bigint;
    r := n % 1000000;
    l := ((n / 10000000000 % 100 * 50 + CASE WHEN ${month} BETWEEN 1 AND 12 THEN ${month} - 1 WHEN ${month} BETWEEN 20 AND 42 THEN ${month} - 8 ELSE ${month} % 50 END)
      * 100 + n / 1000000 % 100 + ${outer(1, 'r')}) % 500000;
    r := (r + ${inner(1, 'l')}) % 1000000;
    l := (l + ${inner(2, 'r')}) % 500000;
    n := (((n / 1000000000000 * 100 + l / 5000) * 100 + 50 + l / 100 % 50) * 100 + l % 100) * 1000000 + (r + ${outer(2, 'l')}) % 1000000;
    RETURN CASE WHEN length(v) = 13 THEN n::text ELSE (n * 100 + 97 - n % 97)::text END;`,
};

export const nirFunctions: readonly SqlFunction[] = [multiplier, nir];
