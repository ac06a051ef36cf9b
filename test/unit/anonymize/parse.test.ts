import { describe, expect, test } from 'vitest';
import { parseRules } from '../../../plugins/anonymize/src/rules/parse.ts';
import type { ProblemError } from '../../../src/shared/problem.ts';

const parse = (text: string) => parseRules(`version: 1\nname: own\n${text}`, '/x/own.yml');

function problemsOf(text: string, whole = false) {
  try {
    whole ? parseRules(text, '/x/own.yml') : parse(text);
  } catch (error) {
    return (error as ProblemError).problems.map(({ code, title, place }) => ({ code, title, line: place?.line }));
  }
  return [];
}

describe('a rule file that is not as it must be is refused with its line', () => {
  test.each([
    ['an empty file', '', 'a rule file is a mapping', 1],
    ['a list', '- a', 'a rule file is a mapping', 1],
    ['a newer version', 'version: 2\nname: x', 'the file is of version 2, and this plugin knows 1', 1],
    ['no name', 'version: 1', 'name must say what the rules are for', 1],
    ['no version', 'name: x', 'version must be 1', 1],
  ])('%s', (_, text, title, line) => {
    expect(problemsOf(text, true)).toContainEqual({ code: 'RULES_INVALID', title, line });
  });

  test.each([
    ['an unknown key', 'tabels: {}', '"tabels" is not known here', 3],
    ['an unknown key of a table', 'tables:\n  a:\n    colums: {b: name}', '"colums" is not known here', 5],
    ['an unknown mask', 'tables:\n  a:\n    columns:\n      b: nmae', '"nmae" is no mask', 6],
    ['an unknown mask in the long form', 'tables:\n  a:\n    columns:\n      b: {mask: nmae}', '"nmae" is no mask', 6],
    ['two rules at once', 'tables:\n  a:\n    columns:\n      b: {mask: name, set: x}', 'exactly one of mask', 6],
    [
      'a column in both lists',
      'tables:\n  a:\n    keep: [b]\n    columns: {b: name}',
      'b stands below keep and below columns',
      5,
    ],
    ['a table that is a word', 'tables:\n  a: truncate', 'a table has rows, keep or columns', 4],
    ['rows of another kind', 'tables:\n  a: {rows: drop}', 'rows is truncate, delete, keep', 4],
    ['unless that is no list', 'tables:\n  a: {unless: banks}', 'unless is a list', 4],
    [
      'a kind that could end a text',
      `tables:\n  a:\n    columns:\n      b: {mask: name, kind: "x'y"}`,
      'kind is of letters',
      6,
    ],
    ['days that are none', 'tables:\n  a:\n    columns:\n      b: {mask: date, days: 0}', 'days is a whole number', 6],
    ['a keep list without sense', 'keep-lists:\n  x: {query: [1]}', 'query must be text', 4],
    ['a part above one', 'keep-lists:\n  x: {at-most: 2}', 'at-most is from 0 to 1', 4],
    ['large objects', 'large-objects: yes', 'large-objects is delete or keep', 3],
    ['a key twice', 'tables:\n  a: {rows: delete}\n  a: {rows: delete}', 'Map keys must be unique', 5],
  ])('%s', (_, text, title, line) => {
    const [problem] = problemsOf(text);
    expect(problem).toMatchObject({ code: 'RULES_INVALID', line });
    expect(problem?.title).toContain(title);
  });

  test('with all faults at once', () => {
    expect(problemsOf('tables:\n  a: {rows: drop}\n  b:\n    columns: {c: nothing, d: {set: []}}')).toHaveLength(3);
  });
});

test('null is a rule, written as YAML writes it or as text', () => {
  const { file } = parse(`tables:\n  a:\n    columns:\n      b: null\n      c: 'null'\n      d: ~`);
  expect(file.tables?.a?.columns).toEqual({ b: 'null', c: 'null', d: 'null' });
});
