import type { Given } from './given.ts';
import { SCHEMA } from './hash.ts';
import { digitsOf } from './secret.ts';
import type { SqlFunction } from './sql-function.ts';

/** Belongs to no bank. */
const BANK = 99999n;
/** What a bank adds to the rest of the division by 97, of which nothing may remain. */
const REST = (BANK * 10n ** 18n) % 97n;

/**
 * Eleven digits of an account, five of a branch and the key of the RIB, 1 to 97, which makes the whole divisible by 97: what
 * `n * 100 + 97 - (n * 100 + REST) % 97` says, with n once.
 */
const accountOf = (compact: string): string =>
  `(((${digitsOf('iban', compact, 16, true)} * 100 + ${REST}) / 97 + 1) * 97 - ${REST})`;

const compactOf = (v: string): string => `upper(replace(${v}, ' ', '') COLLATE "C")`;

/** With the check digits of the IBAN (ISO 13616, ISO 7064), which are 76 for every account of this bank. */
const compactIban = (account: string): string => `'FR76${BANK}' || ${account}`;
const spacedIban = (account: string): string => `'FR76 9999 9' || to_char(${account}, 'FM000 0000 0000 0000 000')`;

const isSpaced = (v: string): string => `${v} LIKE 'FR__ ____ ____ ____ ____ ____ ___'`;

/**
 * France, bank 99999, which does not exist: the key of the RIB is valid, and so are the check digits. Another number: X and
 * 16 digits.
 */
export const ibanFunction: SqlFunction = {
  name: 'iban',
  parameters: 'v text',
  returns: 'text',
  declare: `c text := ${compactOf('v')};`,
  body: `
    IF NOT (${isSpaced('v')}) AND (octet_length(c) <> 27 OR c NOT LIKE 'FR%')
      AND (length(c) NOT BETWEEN 14 AND 34 OR c !~ '^[A-Z][A-Z][0-9][0-9][A-Z0-9]+$') THEN
      RETURN 'X' || ${digitsOf('iban', 'c', 16, true)};
    END IF;
    IF octet_length(v) = octet_length(c) THEN RETURN ${compactIban(accountOf('c'))}; END IF;
    RETURN ${spacedIban(accountOf('c'))};`,
};

/**
 * The pseudonym of an account. French ones in the usual spellings stand in the expression itself where there are many, which
 * costs less than half; with blanks, only where their compact spelling stands beside them, as it is used four times.
 */
export function ibanOf(v: string, { many = false, compact }: Given): string {
  const other = `${SCHEMA}.iban(${v})`;
  if (!many) return other;
  const whens = [
    `octet_length(${v}) = 27 AND ${v} LIKE 'FR%' AND ${v} = ${compactOf(v)} THEN ${compactIban(accountOf(v))}`,
  ];
  if (compact !== undefined)
    whens.push(`${isSpaced(v)} AND ${compact} = ${compactOf(v)} THEN ${spacedIban(accountOf(compact))}`);
  return `CASE ${whens.map((when) => `WHEN ${when}`).join(' ')} ELSE ${other} END`;
}
