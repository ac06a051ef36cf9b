import { expect, test } from 'vitest';
import { makePlan } from '../../../plugins/anonymize/src/plan/make.ts';
import { mergeRules } from '../../../plugins/anonymize/src/rules/merge.ts';
import { parseRules } from '../../../plugins/anonymize/src/rules/parse.ts';
import { startingFile } from '../../../plugins/anonymize/src/rules/starting-file.ts';
import { column, table } from './schema.ts';

const columns = [
  column('name'),
  column('email_address', 'text'),
  column('iban', 'character varying'),
  column('notes', 'text'),
  column('extra', 'jsonb'),
  column('photo', 'bytea'),
  column('tags', 'text[]', { base: 'text', isArray: true }),
  column('birth_date', 'date'),
];

const unclassified = (key: string, of: readonly { name: string; type: string }[]) =>
  of.map(({ name, type }) => ({ table: key, column: name, type }));

test('classifies everything that a mask fits, so that the next run goes on', () => {
  const text = startingFile(unclassified('crm.odd table', columns), 'coog');
  const rules = mergeRules([parseRules(text, '/own.yml')]);
  const schema = table('odd table', columns, { schema: 'crm' });
  const { tables } = makePlan(rules, [schema]);
  expect(tables[0]?.columns.map(({ action }) => action)).toEqual([
    { mask: 'name' },
    { mask: 'email' },
    { mask: 'iban' },
    { mask: 'text' },
    { mask: 'json' },
    { clear: 'empty' },
    { clear: 'empty' },
    { mask: 'date' },
  ]);
});

test('leaves open what only a person can decide', () => {
  const mood = { ...column('mood', 'mood', { base: 'mood', isEnum: true }) };
  const text = startingFile(unclassified('party', [mood]), 'coog');
  expect(text).toContain('# mood: decide');
  expect(() => makePlan(mergeRules([parseRules(text, '/own.yml')]), [table('party', [mood])])).toThrow(
    'COLUMNS_UNCLASSIFIED',
  );
});
