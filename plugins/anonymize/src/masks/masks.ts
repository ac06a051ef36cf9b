import type { MaskName, MaskRule } from '../rules/types.ts';
import { dateOf } from './date.ts';
import { textOf } from './functions.ts';
import type { Given } from './given.ts';
import { quoted, SCHEMA } from './hash.ts';
import { ibanOf } from './iban.ts';
import { nirOf, nirOr } from './nir.ts';
import { phoneOf } from './phone.ts';
import { digitsOf, WORD, wordOf } from './secret.ts';

/** What a column holds, as far as masks care. */
export type MaskedType = 'text' | 'json' | 'date';

export interface Mask {
  readonly fits: readonly MaskedType[];
  /** Different values get different pseudonyms, for all practical purposes. */
  readonly unique: boolean;
  /** Characters that pseudonyms have at most, where they do not depend on the value; a column must hold them whole to be unique. */
  readonly length?: number;
  /** A pseudonym, as text (`date`, `json`: of the column's own type), of an expression that is neither NULL nor ''. */
  readonly expression: (value: string, rule: MaskRule, given: Given) => string;
}

/** Of an e-mail address. */
const DIGITS = 15;

/** A word as a name: the letter before it keeps programs from taking it for a number. */
const named = (word: string): string => `'N' || ${word}`;

const kindOf = (rule: MaskRule, own: string): string => rule.kind ?? own;

const word = (own: string, after: (word: string) => string, length: number): Mask => ({
  fits: ['text'],
  unique: true,
  length,
  expression: (value, rule, { many = false }) => after(wordOf(kindOf(rule, own), value, many)),
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
  expression: (value, rule, { many = false }) =>
    `'p' || ${digitsOf(kindOf(rule, 'email'), value, DIGITS, many)} || '@example.invalid'`,
};
const url = word('url', (word) => `'https://' || ${word} || '.example.invalid/'`, WORD + 25);
const login = word('login', (word) => word, WORD);
const phone: Mask = {
  fits: ['text'],
  unique: false,
  expression: (value, _rule, { many = false }) => phoneOf(value, many),
};

/** By the types of Tryton's party.contact_mechanism. */
const byType = (by: string, of: Readonly<Record<'email' | 'phone' | 'url' | 'other', string>>): string =>
  `CASE ${by} WHEN 'email' THEN ${of.email} WHEN 'website' THEN ${of.url} ` +
  `ELSE CASE WHEN ${by} IN ('phone', 'mobile', 'fax') THEN ${of.phone} ELSE ${of.other} END END`;

const ofContact = (value: string, rule: MaskRule, given: Given) => ({
  email: email.expression(value, { mask: 'email' }, given),
  phone: phone.expression(value, rule, given),
  url: url.expression(value, { mask: 'url' }, given),
  other: login.expression(value, { mask: 'login', kind: 'contact' }, given),
});

/** Without a type the value itself tells. */
function contact(value: string, rule: MaskRule, given: Given): string {
  const of = ofContact(value, rule, given);
  const { by } = given;
  if (by !== undefined) return byType(by, of);
  return `CASE WHEN ${value} LIKE '%@%' THEN ${of.email} WHEN ${value} ~ '^[+0-9 .()/-]{6,}$' THEN ${of.phone} ELSE ${of.other} END`;
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
    expression: (value, rule, { many = false }) => {
      const kind = kindOf(rule, 'full-name');
      return `${named(wordOf(kind, value, many))} || ' ' || ${named(wordOf(`${kind} 2`, value, many))}`;
    },
  },
  street: {
    fits: ['text'],
    unique: false,
    length: WORD + 7,
    expression: (value, rule, { many = false }) => `'1 rue N' || ${wordOf(kindOf(rule, 'street'), value, many)}`,
  },
  text: {
    fits: ['text'],
    unique: false,
    expression: (value, rule, { many = false }) => textOf(value, kindOf(rule, 'text'), many),
  },
  token: {
    fits: ['text'],
    unique: true,
    length: 2 * WORD + 1,
    expression: (value, rule, { many = false }) => {
      const kind = kindOf(rule, 'token');
      return `'k' || ${wordOf(kind, value, many)} || ${wordOf(`${kind} 2`, value, many)}`;
    },
  },
  login,
  email,
  phone,
  contact: { fits: ['text'], unique: false, expression: contact },
  url,
  nir: { fits: ['text'], unique: true, length: 15, expression: nirOf },
  iban: {
    fits: ['text'],
    unique: true,
    length: 34,
    expression: (value, _rule, given) => ibanOf(value, given),
  },
  siren: byFunction('siren', false, 14),
  identifier: {
    fits: ['text'],
    unique: true,
    length: 17,
    // A social security number among them has the pseudonym that it has as one.
    expression: (value, rule, { many = false }) =>
      nirOr(value, `'X' || ${digitsOf(kindOf(rule, 'identifier'), value, 16, many)}`),
  },
  date: { fits: ['date'], unique: false, expression: (value, rule, given) => dateOf(value, rule.days, given) },
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
    expression: (value, rule, { many = false }) =>
      `${wordOf(kindOf(rule, 'file-name'), value, many)} || coalesce(substring(${value} from '\\.[A-Za-z0-9]{1,5}$'), '')`,
  },
};
