import type { MaskName, MaskRule } from '../rules/types.ts';
import { textOf } from './functions.ts';
import { digestOf, digitsOf, named, numberOf, quoted, SCHEMA, WORD, wordOf } from './hash.ts';
import { phoneOf } from './phone.ts';

/** What a column holds, as far as masks care. */
export type MaskedType = 'text' | 'json' | 'date';

export interface Mask {
  readonly fits: readonly MaskedType[];
  /** Different values get different pseudonyms, for all practical purposes. */
  readonly unique: boolean;
  /** Characters that pseudonyms have at most, where they do not depend on the value; a column must hold them whole to be unique. */
  readonly length?: number;
  /** A pseudonym, as text (`date`, `json`: of the column's own type), of an expression that is neither NULL nor ''. */
  readonly expression: (value: string, rule: MaskRule, by: string | undefined) => string;
}

/** Of an e-mail address: almost 50 bits. */
const DIGITS = 15;

const kindOf = (rule: MaskRule, own: string): string => rule.kind ?? own;

const word = (own: string, after: (word: string) => string, length: number): Mask => ({
  fits: ['text'],
  unique: true,
  length,
  expression: (value, rule) => after(wordOf(kindOf(rule, own), value)),
});

const byFunction = (name: string, unique: boolean, length?: number): Mask => ({
  fits: ['text'],
  unique,
  ...(length === undefined ? {} : { length }),
  expression: (value) => `${SCHEMA}.${name}(${value})`,
});

const name = (own: string): Mask => word(own, named, WORD + 1);
/** Digits, as fewer different trigrams are found in them: Tryton has two such indexes of them, which take a quarter less. */
const email: Mask = {
  fits: ['text'],
  unique: true,
  length: DIGITS + 17,
  expression: (value, rule) => `'p' || ${digitsOf(kindOf(rule, 'email'), value, DIGITS)} || '@example.invalid'`,
};
const url = word('url', (word) => `'https://' || ${word} || '.example.invalid/'`, WORD + 25);
const login = word('login', (word) => word, WORD);
const phone: Mask = { fits: ['text'], unique: false, expression: phoneOf };

/** Types of Tryton's party.contact_mechanism. Without a type the value itself tells. */
function contact(value: string, rule: MaskRule, by: string | undefined): string {
  const asEmail = email.expression(value, { mask: 'email' }, undefined);
  const asPhone = phone.expression(value, rule, undefined);
  const other = login.expression(value, { mask: 'login', kind: 'contact' }, undefined);
  if (by === undefined)
    return `CASE WHEN ${value} LIKE '%@%' THEN ${asEmail} WHEN ${value} ~ '^[+0-9 .()/-]{6,}$' THEN ${asPhone} ELSE ${other} END`;
  return (
    `CASE ${by} WHEN 'email' THEN ${asEmail} WHEN 'website' THEN ${url.expression(value, { mask: 'url' }, undefined)} ` +
    `ELSE CASE WHEN ${by} IN ('phone', 'mobile', 'fax') THEN ${asPhone} ELSE ${other} END END`
  );
}

/** Every mask. @see maskNames for what each gives */
export const masks: Readonly<Record<MaskName, Mask>> = {
  name: name('name'),
  'first-name': name('first-name'),
  company: name('company'),
  'full-name': {
    fits: ['text'],
    unique: true,
    length: 2 * WORD + 3,
    expression: (value, rule) =>
      named(
        `overlay(left(${digestOf(kindOf(rule, 'full-name'), value)}, ${2 * WORD}) placing ' N' from ${WORD + 1} for 0)`,
      ),
  },
  street: {
    fits: ['text'],
    unique: true,
    length: WORD + 8,
    // 1a rue N3fa9c04b12de
    expression: (value, rule) =>
      `'1' || overlay(left(${digestOf(kindOf(rule, 'street'), value)}, ${WORD + 1}) placing ' rue N' from 2 for 0)`,
  },
  text: {
    fits: ['text'],
    unique: true,
    expression: (value, rule) => textOf(value, kindOf(rule, 'text')),
  },
  token: {
    fits: ['text'],
    unique: true,
    length: 24,
    expression: (value, rule) => `'k' || left(${digestOf(kindOf(rule, 'token'), value)}, 23)`,
  },
  login,
  email,
  phone,
  contact: { fits: ['text'], unique: false, expression: contact },
  url,
  nir: byFunction('nir', true, 15),
  iban: byFunction('iban', true, 34),
  siren: byFunction('siren', false, 14),
  identifier: {
    fits: ['text'],
    unique: true,
    length: 17,
    // A social security number among them has the pseudonym that it has as one.
    expression: (value, rule) =>
      `CASE WHEN length(${value}) BETWEEN 13 AND 21 AND ${value} ~ '^[12][0-9AB ]+$' THEN ${SCHEMA}.nir(${value}) ` +
      `ELSE 'X' || ${digitsOf(kindOf(rule, 'identifier'), value, 16)} END`,
  },
  date: {
    fits: ['date'],
    unique: false,
    expression: (value, rule) => {
      const most = Math.trunc(rule.days ?? 180);
      // From -most to most, never 0.
      const shift = `coalesce(nullif((${numberOf('date', `${value}::text`)} % ${2 * most})::int - ${most}, 0), ${most})`;
      return `${value} + ${shift} * interval '1 day'`;
    },
  },
  year: { fits: ['date'], unique: false, expression: (value) => `date_trunc('year', ${value})` },
  json: {
    fits: ['json', 'text'],
    unique: false,
    expression: (value, rule) => {
      const keep = `ARRAY[${(rule['keep-keys'] ?? []).map(quoted).join(', ')}]::text[]`;
      return `${SCHEMA}.json_text(${value}, ${keep})`;
    },
  },
  'file-name': {
    fits: ['text'],
    unique: true,
    length: WORD + 6,
    expression: (value, rule) =>
      `${wordOf(kindOf(rule, 'file-name'), value)} || coalesce(substring(${value} from '\\.[A-Za-z0-9]{1,5}$'), '')`,
  },
};
