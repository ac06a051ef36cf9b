import { describe, expect, test } from 'vitest';
import {
  deleteStatement,
  type ListIds,
  maskStatements,
  newValue,
  rewriteStatement,
  truncateStatement,
} from '../../../plugins/anonymize/src/compile/statements.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import { judge } from '../../../plugins/anonymize/src/plan/make.ts';
import type { TablePlan } from '../../../plugins/anonymize/src/plan/types.ts';
import { maskNames } from '../../../plugins/anonymize/src/rules/types.ts';
import { column, rules, table } from './schema.ts';

const LISTS = 'keep-lists: {banks: {query: SELECT 1}, big: {query: SELECT 2}}\n';

function planned(
  columns: Parameters<typeof table>[1],
  rule: string,
  more: Parameters<typeof table>[2] = {},
): TablePlan {
  const { plan, problems } = judge(rules(`${LISTS}tables: {party: ${rule}}`), [table('party', columns, more)]);
  expect(problems).toEqual([]);
  const [first] = plan.tables;
  if (!first) throw new Error('no table');
  return first;
}

const none: ListIds = new Map();
const two = [column('name'), column('note', 'text')];

describe('a table', () => {
  test('is written anew once, with all its columns', () => {
    const statements = maskStatements(planned(two, "{columns: {name: 'null', note: empty}}"), none);
    expect(statements).toEqual([
      `ALTER TABLE "public"."party" ALTER COLUMN "name" TYPE character varying USING (NULL)::character varying, ` +
        `ALTER COLUMN "note" TYPE text USING (CASE WHEN "note" IS NULL THEN NULL ELSE '' END)::text`,
    ]);
  });

  test('keeps its collation', () => {
    const collated = [column('name', 'text', { collate: 'COLLATE pg_catalog."C"' })];
    expect(maskStatements(planned(collated, "{columns: {name: 'null'}}"), none)[0]).toContain(
      'TYPE text COLLATE pg_catalog."C" USING',
    );
  });

  test('that a view looks at is updated, and written anew by a column that is free', () => {
    const seen = [column('name', 'text', { blockedBy: 'a view' }), column('n', 'integer')];
    const plan = planned(seen, "{columns: {name: 'null'}}", { uniques: [{ name: 'pkey', columns: ['id'] }] });
    expect(maskStatements(plan, none)).toEqual(['UPDATE "public"."party" SET "name" = (NULL)::text']);
    expect(rewriteStatement(plan)).toBe(
      'ALTER TABLE "public"."party" ALTER COLUMN "n" TYPE integer USING coalesce("n", "n")',
    );
  });

  test('has no key in the plan of its UPDATE, which a server may log', () => {
    const seen = [column('name', 'text', { blockedBy: 'a view' }), column('n', 'integer')];
    const [update] = maskStatements(planned(seen, '{columns: {name: name}}'), none);
    expect(update).toContain(`coog_anonymize.secret('name', "name"::text)`);
    expect(update).not.toMatch(/coog_anonymize\.(key|seed|secret_\d)\(\)/);
  });

  test('without a free column is written anew by VACUUM FULL', () => {
    const seen = [column('name', 'text', { blockedBy: 'a view' })];
    const plan = planned(seen, "{columns: {name: 'null'}}", { uniques: [{ name: 'pkey', columns: ['id'] }] });
    expect(rewriteStatement(plan)).toBe('VACUUM FULL "public"."party"');
  });

  test('whose rows all go is emptied with those that point to it, in one statement', () => {
    const text = 'tables: {note: {rows: truncate}, read: {rows: truncate}, seen: {keep: [t]}, log: {rows: truncate}}';
    const schema = [
      table('note', [], { referencedBy: ['read'] }),
      table('read', []),
      table('log', [], { referencedBy: ['seen'] }),
      table('seen', [column('t')]),
    ];
    const { tables } = judge(rules(text), schema).plan;
    expect(truncateStatement(tables)).toBe('TRUNCATE "public"."note", "public"."read"');
    expect(tables.map(deleteStatement)).toEqual([undefined, undefined, 'DELETE FROM "public"."log"', undefined]);
  });

  test('of which some rows go', () => {
    const plan = planned(two, `{rows: {delete: "name = 'x'"}, keep: [name, note]}`);
    expect(deleteStatement(plan)).toBe(`DELETE FROM "public"."party" WHERE name = 'x'`);
    expect(rewriteStatement(plan)).toContain('ALTER TABLE "public"."party"');
  });

  test('of many rows has the secret numbers in its expressions, but not in an UPDATE, whose plan would hold them', () => {
    const given = (rows: number, blockedBy?: string) =>
      maskStatements(
        planned(
          [column('name', 'text', { blockedBy }), column('born', 'date', { blockedBy }), column('n', 'integer')],
          '{columns: {name: name, born: date}}',
          { rows, uniques: [{ name: 'pkey', columns: ['id'] }] },
        ),
        none,
      )[0];
    expect(given(20_000)).toMatch(/coog_anonymize\.secret_3\(\)/);
    for (const statement of [given(19_999), given(20_000, 'a view')]) {
      expect(statement).toMatch(/coog_anonymize\.secret\('name'.*coog_anonymize\.secret_of_day\(/);
      expect(statement).not.toMatch(/secret_\d|seed/);
    }
  });

  test.each([
    ['a text', [column('number'), column('number_compact')], true],
    ['none', [column('number'), column('compact')], false],
    ['a date', [column('number'), column('number_compact', 'date')], false],
  ])('whose accounts have a compact spelling beside them uses it: %s', (_what, columns, used) => {
    const other = columns[1]?.name ?? '';
    const plan = planned(columns, `{keep: [${other}], columns: {number: iban}}`, { rows: 20_000 });
    expect(maskStatements(plan, none)[0]?.includes(`"${other}"`)).toBe(used);
  });

  test('with names that must be quoted', () => {
    const plan = planned([column('a "b"')], `{columns: {'a "b"': 'null'}}`);
    expect(maskStatements(plan, none)[0]).toContain('ALTER COLUMN "a ""b""" TYPE');
  });
});

describe('a value', () => {
  const value = (rule: string, lists = none, type?: string, more = {}) => {
    const [first] = planned(
      [column('name', type, more), column('owner', 'integer')],
      `{columns: {name: ${rule}}}`,
    ).columns;
    if (!first) throw new Error('no column');
    return newValue(first, lists);
  };

  test.each([
    ["{set: it's}", "('it''s')::character varying"],
    ['{set: 5}', '(5)::character varying'],
    ['{set: false}', '(false)::character varying'],
  ])('that is set: %s', (rule, expression) => {
    expect(value(rule)).toBe(expression);
  });

  test.each(maskNames.filter((mask) => mask !== 'year'))('holds neither key nor what is made of it: %s', (mask) => {
    const type = masks[mask].fits.includes('text') ? 'text' : 'date';
    const made = value(mask, none, type);
    expect(made).toContain('coog_anonymize.');
    expect(made).not.toMatch(/(key|seed|secret_\d)\(|current_setting/);
  });

  test('is cut to its length where it must be', () => {
    expect(value('text', none, 'character varying(5)', { base: 'varchar', length: 5 })).toMatch(
      / THEN left\(.*, 5\) ELSE /,
    );
    expect(value('name', none, 'character varying(13)', { base: 'varchar', length: 13 })).not.toMatch(/ THEN left\(/);
  });

  test('stays where a list says so: few ids as they are, many by its function, none not at all', () => {
    const rule = '{clear: null, unless: [banks, {list: big, by: owner}]}'.replace('null', "'null'");
    expect(value(rule)).toBe('(NULL)::character varying');
    expect(value(rule, new Map([['banks', ['1', '2']]]))).toBe(
      `CASE WHEN "id" BETWEEN 1 AND 2 AND "id" = ANY ('{1,2}'::bigint[]) THEN "name" ELSE (NULL)::character varying END`,
    );
    expect(value('{mask: name, unless: [banks]}', new Map([['banks', ['10', '9']]]))).toMatch(
      /^CASE WHEN "name" IS NULL OR "id" BETWEEN 9 AND 10 AND "id" = ANY \('\{9,10\}'::bigint\[\]\) THEN "name" ELSE /,
    );
    expect(value(rule, new Map([['big', 'many' as const]]))).toContain(
      'WHEN coog_anonymize."kept by big"("owner"::bigint) THEN',
    );
  });
});
