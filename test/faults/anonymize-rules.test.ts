import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../plugins/anonymize/src/plan/make.ts';
import { readRules } from '../../plugins/anonymize/src/rules/read.ts';
import { ruleSources } from '../../plugins/anonymize/src/rules/sources.ts';
import { readSchema } from '../../plugins/anonymize/src/schema/read.ts';
import { hashRows, type TableHash } from '../../src/database/server/index.ts';
import { problemOf, testServer } from '../long/server/setup.ts';
import { anonymise, copyDatabase, dropDatabase, inDatabase, planFor, populate } from '../support/anonymize/world.ts';

const t = testServer();

const run = (statement: string): Promise<unknown> => inDatabase(t.server, 'copy', ({ query }) => query(statement));
const rulesOfBase = () => readRules(ruleSources({ folder: '/nonexistent', anonymisationRules: [] }));

beforeAll(() => populate(t.server, 'real', 120));
afterEach(() => dropDatabase(t.server, 'copy'));

describe('a column that nobody has classified', () => {
  test.each([
    ['text', 'text'],
    ['varchar', 'varchar(20)'],
    ['char', 'char(3)'],
    ['a domain over text', 'label'],
    ['a domain over a domain', 'sublabel'],
    ['an array', 'text[]'],
    ['json', 'json'],
    ['jsonb', 'jsonb'],
    ['bytea', 'bytea'],
    ['xml', 'xml'],
    ['an enum', 'colour'],
    ['a search vector', 'tsvector'],
    ['a composite', 'pair'],
    ['a range of a text type', 'textrange'],
    ['an address of the network', 'inet'],
  ])('of %s fails the run, and is named', async (_, type) => {
    await copyDatabase(t.server, 'real', 'copy');
    await run(`CREATE DOMAIN label AS text; CREATE DOMAIN sublabel AS label; CREATE TYPE colour AS ENUM ('red');
      CREATE TYPE pair AS (a int, b text); CREATE TYPE textrange AS RANGE (subtype = text)`);
    await run(`ALTER TABLE party_party__history ADD COLUMN novel ${type}`);
    const problem = await problemOf(planFor(t.server, 'copy'));
    expect(problem).toMatchObject({ code: 'COLUMNS_UNCLASSIFIED', exitCode: 2 });
    expect(problem.text).toContain('party_party__history.novel');
  });

  test('of a table that nobody has heard of fails the run, and is named', async () => {
    await copyDatabase(t.server, 'real', 'copy');
    await run('CREATE SCHEMA aside; CREATE TABLE aside.novel (id int, who text)');
    const problem = await problemOf(planFor(t.server, 'copy'));
    expect(problem.code).toBe('COLUMNS_UNCLASSIFIED');
    expect(problem.text).toContain('aside.novel.who');
  });

  test('is each one whose rule is taken away', async () => {
    const rules = await rulesOfBase();
    const schema = await inDatabase(t.server, 'real', readSchema);
    const silent: string[] = [];
    let tried = 0;
    for (const table of judge(rules, schema).plan.tables)
      for (const { column } of table.columns) {
        // Dates and booleans need no rule unless their names sound personal.
        if (/^(active|delay)$/.test(column.name)) continue;
        tried += 1;
        const key = table.table.key.replace(/__history$/, '');
        const rule = rules.tables.get(key);
        if (!rule) throw new Error(`no rule for ${key}`);
        const columns = new Map([...rule.columns].filter(([name]) => name !== column.name));
        const weaker = { ...rules, tables: new Map([...rules.tables, [key, { ...rule, columns }]]) };
        const { unclassified } = judge(weaker, schema);
        if (!unclassified.some((one) => one.table === table.table.key && one.column === column.name))
          silent.push(`${table.table.key}.${column.name}`);
      }
    expect(tried).toBeGreaterThan(90);
    expect(silent).toEqual([]);
  });
});

describe('the base rules', () => {
  test('classify every column of the demo and of Coog', async () => {
    const { unclassified, problems } = judge(await rulesOfBase(), await inDatabase(t.server, 'real', readSchema));
    expect(unclassified).toEqual([]);
    expect(problems).toEqual([]);
  });
});

describe('names are masked all the same', () => {
  const names = (): Promise<{ name: string }[]> =>
    inDatabase(t.server, 'copy', ({ query }) => query('SELECT name FROM party_party WHERE id > 1041'));

  test.each([
    ['the table of banks', 'DROP TABLE bank CASCADE'],
    ['the table of insurers', 'DROP TABLE insurer CASCADE'],
    ['the tables of contracts', 'DROP TABLE contract CASCADE'],
    ['the column of birth names', 'ALTER TABLE party_party DROP COLUMN birth_name'],
    ['history', 'DROP TABLE party_party__history'],
  ])('when %s is missing', async (_, statement) => {
    await copyDatabase(t.server, 'real', 'copy');
    await run(statement);
    const before = new Set((await names()).map(({ name }) => name));
    await anonymise(t.server, 'copy');
    const after = await names();
    expect(after.length).toBeGreaterThan(50);
    expect(after.filter(({ name }) => before.has(name))).toEqual([]);
  });

  test.each([
    ['banks', 'ALTER TABLE bank ALTER party DROP NOT NULL; INSERT INTO bank (bic) VALUES (NULL)'],
    ['insurers', 'ALTER TABLE insurer ALTER party DROP NOT NULL; INSERT INTO insurer (party) VALUES (NULL)'],
    ['subscribers', 'INSERT INTO contract (id, subscriber) VALUES (999999, NULL)'],
  ])('when there is a NULL among the %s', async (_, statement) => {
    await copyDatabase(t.server, 'real', 'copy');
    await run(statement);
    const before = new Set((await names()).map(({ name }) => name));
    await anonymise(t.server, 'copy');
    expect((await names()).filter(({ name }) => before.has(name))).toEqual([]);
  });
});

describe('the key', () => {
  const anonymised = async (key?: Buffer): Promise<TableHash[]> => {
    await dropDatabase(t.server, 'copy');
    await copyDatabase(t.server, 'real', 'copy');
    await anonymise(t.server, 'copy', key ? { key } : {});
    return hashRows(t.server, 'copy');
  };
  const pseudonyms = (): Promise<{ name: string }[]> =>
    inDatabase(t.server, 'copy', ({ query }) =>
      query(`SELECT name FROM party_party WHERE id > 1041 UNION SELECT key FROM api_token
             UNION SELECT number FROM bank_account_number UNION SELECT login FROM res_user WHERE id > 110`),
    );

  test('makes the same of the same, and another one nothing that is equal', async () => {
    const key = Buffer.alloc(32, 7);
    const first = await anonymised(key);
    const of = new Set((await pseudonyms()).map(({ name }) => name));
    expect(await anonymised(key)).toEqual(first);
    await anonymised(Buffer.alloc(32, 8));
    const others = await pseudonyms();
    expect(others.length).toBeGreaterThan(100);
    expect(others.filter(({ name }) => of.has(name))).toEqual([]);
    await anonymised();
    expect((await pseudonyms()).filter(({ name }) => of.has(name))).toEqual([]);
  });
});
