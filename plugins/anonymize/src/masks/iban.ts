import { digitsOf } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

/** Belongs to no bank. */
const BANK = 99999n;
/** What a bank adds to the rest of the division by 97, of which nothing may remain. */
const REST = (BANK * 10n ** 18n) % 97n;

/**
 * France, bank 99999, which does not exist: the key of the RIB is valid, and so are the check digits of the IBAN (ISO 13616, ISO
 * 7064), which therefore are 76 for every account in France. Another number: X and 16 digits. In the pattern `+` costs less
 * than a bound.
 */
export const ibanFunction: SqlFunction = {
  name: 'iban',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := upper(replace(v, ' ', '') COLLATE "C"); n bigint := ${digitsOf('iban', 'c', 16)}; o text;`,
  body: `
    IF length(c) NOT BETWEEN 14 AND 34 OR c !~ '^[A-Z][A-Z][0-9][0-9][A-Z0-9]+$' THEN RETURN 'X' || n; END IF;
    n := n * 100;
    o := (n + 97 - (n + ${REST}) % 97)::text;
    IF v NOT LIKE '% %' THEN RETURN 'FR76${BANK}' || o; END IF;
    RETURN 'FR76 9999 9' || left(o, 3)${[4, 8, 12].map((from) => ` || ' ' || substr(o, ${from}, 4)`).join('')} || ' ' || right(o, 3);`,
};
