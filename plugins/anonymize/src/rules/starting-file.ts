import type { Unclassified } from '../plan/problems.ts';
import type { MaskName } from './types.ts';

/** What a column's name suggests; the first that fits. */
const byName: readonly (readonly [RegExp, MaskName])[] = [
  [/e_?mail/, 'email'],
  [/phone|mobile|fax/, 'phone'],
  [/iban/, 'iban'],
  [/ssn|(^|_)nir(_|$)/, 'nir'],
  [/siren|siret/, 'siren'],
  [/first_?name/, 'first-name'],
  [/street/, 'street'],
  [/login/, 'login'],
  [/url|website|link/, 'url'],
  [/(^|_)(code|number|identifier)$/, 'identifier'],
  [/key|token|hash|secret/, 'token'],
  [/file/, 'file-name'],
  [/name$/, 'name'],
];

/**
 * Rules for what nobody has decided about: each column masked, which is safe, for a person to read and correct. Where no mask
 * fits, the line stays a comment, and the run goes on failing until somebody has decided.
 */
export function startingFile(columns: readonly Unclassified[], database: string): string {
  const tables = Map.groupBy(columns, ({ table }) => table);
  const lines = [...tables].flatMap(([table, of]) => {
    const rules = of.map(({ column, type }) => ruleLine(column, type));
    const allOpen = rules.every((line) => line.trimStart().startsWith('#'));
    return [`  ${key(table)}:`, allOpen ? '    columns: {}' : '    columns:', ...rules];
  });
  return [
    `# Made by coog anonymize:rules:check of ${database}: read every line. "keep" is for what is nobody's: states, codes, settings.`,
    'version: 1',
    `name: of-${database.replace(/[^A-Za-z0-9_-]/g, '-')}`,
    'tables:',
    ...lines,
    '',
  ].join('\n');
}

function ruleLine(column: string, type: string): string {
  const rule = suggestionFor(column, type);
  return rule
    ? `      ${key(column)}: ${rule}   # ${type}`
    : `      # ${key(column)}: decide: keep, 'null' or {set: VALUE}   # ${type}`;
}

function suggestionFor(column: string, type: string): string | undefined {
  if (/\[\]$/.test(type)) return 'empty';
  if (/^(character|text|citext|varchar)/.test(type))
    return byName.find(([pattern]) => pattern.test(column))?.[1] ?? 'text';
  if (/^jsonb?$/.test(type)) return 'json';
  if (type === 'bytea') return 'empty';
  return /^(date|timestamp)/.test(type) ? 'date' : undefined;
}

const key = (name: string): string => (/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) ? name : JSON.stringify(name));
