import { describe, expect, test } from 'vitest';
import { judge, makePlan } from '../../../plugins/anonymize/src/plan/make.ts';
import type { SchemaTable } from '../../../plugins/anonymize/src/schema/types.ts';
import { column, rules, table } from './schema.ts';

const party = (...more: ReturnType<typeof column>[]): SchemaTable => table('party', [column('name'), ...more]);
const byName = 'tables: {party: {columns: {name: name}}}';

const problemsOf = (text: string, ...schema: SchemaTable[]) =>
  judge(rules(text), schema).problems.map(({ code, title, place }) => ({ code, title, line: place?.line }));

describe('what must be classified', () => {
  test.each([
    ['text', 'text'],
    ['varchar', 'character varying'],
    ['citext', 'citext'],
    ['json', 'json'],
    ['jsonb', 'jsonb'],
    ['bytea', 'bytea'],
    ['xml', 'xml'],
    ['an address of a network', 'inet'],
    ['a place', 'point'],
    ['a type of tomorrow', 'vector'],
  ])('%s', (_, type) => {
    const { unclassified } = judge(rules(byName), [party(column('new', type))]);
    expect(unclassified).toEqual([{ table: 'party', column: 'new', type }]);
    expect(() => makePlan(rules(byName), [party(column('new', type))])).toThrow('COLUMNS_UNCLASSIFIED');
  });

  test.each([
    ['an array', column('new', 'text[]', { base: 'text', isArray: true })],
    ['an enum', column('new', 'mood', { base: 'mood', isEnum: true })],
    ['a domain over text', column('new', 'name_of_somebody', { base: 'text' })],
    ['a date that sounds personal', column('birth_date', 'date')],
    ['a number that sounds personal', column('ssn', 'bigint', { base: 'int8' })],
  ])('%s', (_, added) => {
    expect(judge(rules(byName), [party(added)]).unclassified).toHaveLength(1);
  });

  test.each([
    ['a number', column('n', 'integer')],
    ['a switch', column('has_phone', 'boolean')],
    ['a date', column('create_date', 'timestamp without time zone')],
    ['what is made of other columns', column('search', 'text', { generated: true })],
  ])('not %s', (_, added) => {
    expect(judge(rules(byName), [party(added)]).unclassified).toEqual([]);
  });

  test('a table that no rule knows, and one of another schema', () => {
    const schema = [party(), table('other', [column('a')]), table('party', [column('name')], { schema: 'audit' })];
    expect(judge(rules(byName), schema).unclassified.map((c) => `${c.table}.${c.column}`)).toEqual([
      'other.a',
      'audit.party.name',
    ]);
  });

  test('nothing of a table whose rows all go', () => {
    const { unclassified, plan } = judge(rules('tables: {party: {rows: truncate}}'), [party()]);
    expect(unclassified).toEqual([]);
    expect(plan.tables[0]).toMatchObject({ rows: 'truncate', way: 'none', columns: [] });
  });
});

describe('history', () => {
  const history = table('party__history', [column('__id', 'integer'), column('name')]);

  test('follows its table', () => {
    const [, twin] = judge(rules(byName), [party(), history]).plan.tables;
    expect(twin?.columns.map((c) => [c.column.name, c.action])).toEqual([['name', { mask: 'name' }]]);
  });

  test('that has a column which its table has no more, fails', () => {
    const old = table('party__history', [column('name'), column('maiden_name')]);
    expect(judge(rules(byName), [party(), old]).unclassified).toMatchObject([
      { table: 'party__history', column: 'maiden_name' },
    ]);
  });

  test('may have rules of its own besides', () => {
    const both = 'tables: {party: {columns: {name: name}}, party__history: {rows: truncate}}';
    expect(judge(rules(both), [party(), history]).plan.tables[1]).toMatchObject({ rows: 'truncate' });
  });
});

describe('sources', () => {
  test('a stronger one replaces a column, and leaves the others', () => {
    const weak = 'tables: {party: {keep: [code], columns: {name: name, email: email}}}';
    const strong = 'tables: {party: {keep: [email], columns: {code: token}}}';
    const schema = [party(column('code'), column('email'))];
    const [planned] = judge(rules(weak, strong), schema).plan.tables;
    expect(planned?.kept).toEqual(['email']);
    expect(planned?.columns.map((c) => [c.column.name, c.action])).toEqual([
      ['name', { mask: 'name' }],
      ['code', { mask: 'token' }],
    ]);
  });

  test('takes rows back with keep', () => {
    const { plan, unclassified } = judge(rules('tables: {party: {rows: delete}}', 'tables: {party: {rows: keep}}'), [
      party(),
    ]);
    expect(plan.tables[0]?.rows).toBeUndefined();
    expect(unclassified).toHaveLength(1);
  });
});

describe('what is missing in the database', () => {
  test.each([
    ['a table', 'tables:\n  gone: {rows: delete}', 'the table gone', 4],
    ['a column', 'tables:\n  party:\n    columns:\n      name: name\n      gone: name', 'the column party.gone', 7],
  ])('%s is refused with the line of the rule', (_, text, what, line) => {
    expect(problemsOf(text, party())).toEqual([
      { code: 'RULE_TARGET_MISSING', title: `${what}, which a rule speaks of, is not in the database`, line },
    ]);
  });

  test('is left out where the file or the table says so', () => {
    const text = `when: exists\n${byName.slice(0, -1)}, gone: {rows: delete}}`;
    const { problems, plan } = judge(rules(text), [party()]);
    expect(problems).toEqual([]);
    expect(plan.absent).toEqual(['gone']);
  });
});

describe('a rule that cannot be carried out is refused', () => {
  const one = (rule: string) => `tables: {party: {columns: {name: ${rule}}}}`;
  const of = (more: Parameters<typeof column>[2], type?: string) => table('party', [column('name', type, more)]);
  test.each([
    ['NULL where none may be', one("'null'"), of({ notNull: true }), 'takes no NULL'],
    ['a key', one('name'), of({ key: true }), 'part of a foreign key'],
    ['a mask for text on bytes', one('name'), of({}, 'bytea'), 'the mask name is for text'],
    [
      'a mask for text on an array',
      one('name'),
      of({ base: 'text', isArray: true }, 'text[]'),
      'the mask name is for text',
    ],
    ['a date mask on text', one('date'), of({}), 'the mask date is for date'],
    ['empty where a type has none', one('empty'), of({}, 'inet'), 'has no empty value'],
    [
      'a list by a column that is not there',
      one('{mask: name, unless: [{list: l, by: gone}]}'),
      of({}),
      'has no column gone',
    ],
    ['a type by a column that is not there', one('{mask: contact, by: kind}'), of({}), 'has no column kind'],
  ])('%s', (_, text, schema, title) => {
    const problems = problemsOf(`keep-lists: {l: {query: SELECT 1}}\n${text}`, schema);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.code).toBe('RULE_IMPOSSIBLE');
    expect(problems[0]?.title).toContain(title);
  });

  test.each([
    ['phone', 'gives the same to several'],
    ['contact', 'gives the same to several'],
    ['{set: x}', 'would be the same in every row'],
    ['empty', 'would be the same in every row'],
    ['token', 'too few for token'],
  ])('a unique column with %s', (rule, title) => {
    const schema = table('party', [column('name', 'character varying(20)', { base: 'varchar', length: 20 })], {
      uniques: [{ name: 'party_name_key', columns: ['name'] }],
    });
    expect(problemsOf(one(rule), schema)[0]?.title).toContain(title);
  });

  test.each(["'null'", 'login', 'name'])('but not a unique column with %s', (rule) => {
    const schema = table('party', [column('name', 'character varying(20)', { base: 'varchar', length: 20 })], {
      uniques: [{ name: 'party_name_key', columns: ['name'] }],
    });
    expect(problemsOf(one(rule), schema)).toEqual([]);
  });
});

describe('keep lists', () => {
  const keep = 'tables: {party: {unless: [banks], columns: {name: name}}}';

  test('that nobody wrote are refused', () => {
    expect(problemsOf(keep, party())[0]?.code).toBe('RULE_LIST_UNKNOWN');
  });

  test('whose tables are missing are empty, and said to be', () => {
    const list = 'keep-lists: {banks: {query: SELECT party FROM bank, when: {tables: [bank]}}}';
    expect(judge(rules(`${list}\n${keep}`), [party()]).plan.lists).toMatchObject([
      { name: 'banks', missing: ['bank'] },
    ]);
  });

  test('that are off keep nothing, until a project turns them on', () => {
    const off = `keep-lists: {banks: {query: SELECT 1, enabled: false}}\n${keep}`;
    expect(judge(rules(off), [party()]).plan.lists).toEqual([]);
    const on = rules(off, 'keep-lists: {banks: {enabled: true}}');
    expect(judge(on, [party()]).plan.lists).toMatchObject([{ name: 'banks', query: 'SELECT 1', atMost: 0.5 }]);
  });
});

test('a view over a column makes it another way, and foreign tables are refused', () => {
  const viewed = table('party', [column('name', 'text', { blockedBy: 'a view' })]);
  expect(judge(rules(byName), [viewed]).plan.tables[0]).toMatchObject({
    way: 'update',
    because: 'a view depends on name',
  });
  expect(problemsOf('', table('far', [], { kind: 'foreign' }))[0]?.code).toBe('FOREIGN_TABLES');
});

test('a table that lost a column is written anew, as its old values lie in the rows', () => {
  const schema = table('numbers', [column('n', 'integer')], { hasDropped: true });
  expect(judge(rules(''), [schema]).plan.tables[0]?.way).toBe('vacuum');
});
