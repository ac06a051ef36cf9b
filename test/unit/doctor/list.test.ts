import { expect, test } from 'vitest';
import { coreChecks } from '../../../src/doctor/index.ts';
import { read } from '../docs/repository.ts';

const text = read('docs/doctor.md');
const rows = [...text.matchAll(/^\| `([a-z-]+)` \| .* \| (info|warning|error) \|$/gm)].map(([, id = '']) => id);
const ids = coreChecks.map(({ id }) => id);

test('there are thirty checks and more, each with an id and a title of its own', () => {
  expect(ids.length).toBeGreaterThanOrEqual(30);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  expect(ids.filter((id) => !/^[a-z]+(-[a-z]+)*$/.test(id))).toEqual([]);
  const titles = coreChecks.map(({ title }) => title);
  expect(new Set(titles).size).toBe(titles.length);
});

test('docs/doctor.md has each of them, once, and no other', () => {
  expect([...rows].sort()).toEqual([...ids].sort());
});

test('every check that the list of questions names exists', () => {
  const questions = text.slice(text.indexOf('## The questions'));
  const named = [...questions.matchAll(/^\| .* \| (.*) \|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([a-z-]+)`/g)].map(([, id = '']) => id),
  );
  expect(named.length).toBeGreaterThan(8);
  expect(named.filter((id) => !ids.includes(id))).toEqual([]);
});
