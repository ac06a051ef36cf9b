import type { MaskName, MaskRule } from '../rules/types.ts';
import { dateOf } from './date.ts';
import { textOf } from './functions.ts';
import type { Given } from './given.ts';
import { digitsOf, hexOf, named, quoted, SCHEMA, WORD, wordOf } from './hash.ts';
import { ibanOf, ibanPair } from './iban.ts';
import { nirOf, nirOr } from './nir.ts';
import { type Pair, REMEMBERED, remember } from './pair.ts';
import { phoneOf } from './phone.ts';
import { sharedWordOf } from './words.ts';

/** What a column holds, as far as masks care. */
export type MaskedType = 'text' | 'json' | 'date';

export interface Mask {
  readonly fits: readonly MaskedType[];
  /** Different values get different pseudonyms, for all practical purposes. */
  readonly unique: boolean;
  /** Costs no more than to look a frequent value's pseudonym up. */
  readonly quick?: boolean;
  /** Characters that pseudonyms have at most, where they do not depend on the value; a column must hold them whole to be unique. */
  readonly length?: number;
  /** A pseudonym, as text (`date`, `json`: of the column's own type), of an expression that is neither NULL nor ''. */
  readonly expression: (value: string, rule: MaskRule, given: Given) => string;
  /** The same for two columns of which the second has the first's values in a compact spelling. */
  readonly pair?: (value: string, compact: string, rule: MaskRule, given: Given) => Pair;
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
const phone: Mask = {
  fits: ['text'],
  unique: false,
  quick: true,
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

/** Of e-mail addresses, which are the same in both columns; to leave a phone's pseudonym costs more than to make it again. */
function contactPair(value: string, compact: string, rule: MaskRule, given: Given): Pair {
  const { by } = given;
  if (by === undefined) return { first: contact(value, rule, given), second: contact(compact, rule, given) };
  const [of, ofCompact] = [ofContact(value, rule, given), ofContact(compact, rule, given)];
  const sameEmail = `CASE WHEN ${compact} = ${value} THEN ${REMEMBERED} ELSE ${ofCompact.email} END`;
  return {
    first: byType(by, { ...of, email: remember(of.email) }),
    second: byType(by, { ...ofCompact, email: sameEmail }),
  };
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
      named(`overlay(${hexOf(kindOf(rule, 'full-name'), value, WORD)} placing ' N' from ${WORD + 1} for 0)`),
  },
  street: {
    fits: ['text'],
    unique: false,
    quick: true,
    length: WORD + 7,
    expression: (value, rule, { many = false }) => `'1 rue N' || ${sharedWordOf(kindOf(rule, 'street'), value, many)}`,
  },
  text: {
    fits: ['text'],
    unique: false,
    quick: true,
    expression: (value, rule, { many = false }) => textOf(value, kindOf(rule, 'text'), many),
  },
  token: {
    fits: ['text'],
    unique: true,
    length: 23,
    expression: (value, rule) => `'k' || ${hexOf(kindOf(rule, 'token'), value, 11)}`,
  },
  login,
  email,
  phone,
  contact: { fits: ['text'], unique: false, expression: contact, pair: contactPair },
  url,
  nir: { fits: ['text'], unique: true, length: 15, expression: (value, _rule, { many = false }) => nirOf(value, many) },
  iban: { fits: ['text'], unique: true, length: 34, expression: ibanOf, pair: ibanPair },
  siren: byFunction('siren', false, 14),
  identifier: {
    fits: ['text'],
    unique: true,
    length: 17,
    // A social security number among them has the pseudonym that it has as one.
    expression: (value, rule, { many = false }) =>
      nirOr(value, `'X' || ${digitsOf(kindOf(rule, 'identifier'), value, 16)}`, many),
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
    expression: (value, rule) =>
      `${wordOf(kindOf(rule, 'file-name'), value)} || coalesce(substring(${value} from '\\.[A-Za-z0-9]{1,5}$'), '')`,
  },
};
