import { digitsOf, SCHEMA } from './hash.ts';
import { type Pair, REMEMBERED, remember } from './pair.ts';
import type { SqlFunction } from './sql-function.ts';

/** Belongs to no bank. */
const BANK = 99999n;
/** What a bank adds to the rest of the division by 97, of which nothing may remain. */
const REST = (BANK * 10n ** 18n) % 97n;

/**
 * France, bank 99999, which does not exist: the key of the RIB is valid, and so are the check digits of the IBAN (ISO 13616, ISO
 * 7064), which therefore are 76 for every account in France. Another number: X and 16 digits. In the pattern `+` costs less
 * than a bound; what has the length of a French one needs none.
 */
export const ibanFunction: SqlFunction = {
  name: 'iban',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := upper(replace(v, ' ', '') COLLATE "C"); n bigint := ${digitsOf('iban', 'c', 16)}; o text;`,
  body: `
    IF (octet_length(c) <> 27 OR c NOT LIKE 'FR%')
      AND (length(c) NOT BETWEEN 14 AND 34 OR c !~ '^[A-Z][A-Z][0-9][0-9][A-Z0-9]+$') THEN RETURN 'X' || n; END IF;
    n := n * 100;
    o := n + 97 - (n + ${REST}) % 97;
    IF octet_length(v) = octet_length(c) THEN RETURN 'FR76${BANK}' || o; END IF;
    RETURN 'FR76 9999 9' || left(o, 3)${[4, 8, 12].map((from) => ` || ' ' || substr(o, ${from}, 4)`).join('')} || ' ' || right(o, 3);`,
};

export const ibanOf = (v: string): string => `${SCHEMA}.iban(${v})`;

/** Of a column with blanks and one without. */
export const ibanPair = (v: string, compact: string): Pair => ({
  first: remember(ibanOf(v)),
  second: `CASE WHEN ${compact} = replace(${v}, ' ', '') THEN replace(${REMEMBERED}, ' ', '') ELSE ${ibanOf(compact)} END`,
});
