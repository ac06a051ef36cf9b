import { digitsOf, SCHEMA } from './hash.ts';
import { type Pair, REMEMBERED, remember } from './pair.ts';
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
  `(((${digitsOf('iban', compact, 16)} * 100 + ${REST}) / 97 + 1) * 97 - ${REST})`;

const compactOf = (v: string): string => `upper(replace(${v}, ' ', '') COLLATE "C")`;

/** With the check digits of the IBAN (ISO 13616, ISO 7064), which are 76 for every account of this bank. */
const compactIban = (account: string): string => `'FR76${BANK}' || ${account}`;
const spacedIban = (account: string): string => `'FR76 9999 9' || to_char(${account}, 'FM000 0000 0000 0000 000')`;

/** A French one in the usual spellings, told by less than a pattern of characters costs. */
const isCompact = (v: string): string => `octet_length(${v}) = 27 AND ${v} LIKE 'FR%' AND ${v} NOT LIKE '% %'`;
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
      RETURN 'X' || ${digitsOf('iban', 'c', 16)};
    END IF;
    IF octet_length(v) = octet_length(c) THEN RETURN ${compactIban(accountOf('c'))}; END IF;
    RETURN ${spacedIban(accountOf('c'))};`,
};

/** The usual spellings stand in the expression itself, which costs less than half. */
export const ibanOf = (v: string): string =>
  `CASE WHEN ${isCompact(v)} THEN ${compactIban(accountOf(`upper(${v} COLLATE "C")`))} ` +
  `WHEN ${isSpaced(v)} THEN ${spacedIban(accountOf(compactOf(v)))} ELSE ${SCHEMA}.iban(${v}) END`;

/** Of a column with blanks and one without. */
export const ibanPair = (v: string, compact: string): Pair => ({
  first:
    `CASE WHEN ${isSpaced(v)} THEN ${spacedIban(`${remember(`(${accountOf(compactOf(v))})::text`)}::bigint`)} ` +
    `ELSE ${ibanOf(v)} END`,
  second: `CASE WHEN ${isSpaced(v)} AND ${compact} = replace(${v}, ' ', '') THEN ${compactIban(REMEMBERED)} ELSE ${ibanOf(compact)} END`,
});
