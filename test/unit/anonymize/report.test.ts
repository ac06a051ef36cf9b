import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markdownOf } from '../../../plugins/anonymize/src/report/markdown.ts';
import type { Report } from '../../../plugins/anonymize/src/report/report.ts';
import { writeReport } from '../../../plugins/anonymize/src/report/write.ts';
import { folderWith } from '../../support/folder.ts';

const report: Report = {
  format: 1,
  project: 'test',
  database: 'coog',
  published: 'coog_anonymized',
  began: '2026-01-01T00:00:00.000Z',
  finished: '2026-01-01T00:01:30.000Z',
  key: 'random',
  rules: ['party', 'own'],
  tables: [
    { table: 'party_party', rows: 7, changed: { name: 'name, unless banks' }, kept: ['code'], way: 'alter' },
    { table: 'odd|name', rows: 0, rowsRule: 'truncate', changed: {}, kept: [], way: 'none' },
  ],
  keepLists: [{ name: 'banks', ids: 0, missing: ['bank'] }],
  largeObjectsDeleted: 0,
  leaks: { hits: 0, sampled: 1234, scannedBytes: 5_000_000 },
  bytes: 10_000_000,
  took: { copy: 1000, mask: 2500 },
};

test('is written twice, for people and for programs, by its owner alone', async () => {
  const folder = join(await folderWith({}), 'reports');
  const files = await writeReport(folder, 'a', report);
  expect(files).toEqual([join(folder, 'a.json'), join(folder, 'a.md')]);
  expect(JSON.parse(await readFile(files[0] ?? '', 'utf8'))).toEqual(report);
  for (const file of files) expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('overwrites nothing', async () => {
  const folder = await folderWith({});
  await writeFile(join(folder, 'a.json'), 'mine');
  await expect(writeReport(folder, 'a', report)).rejects.toThrow();
  expect(await readFile(join(folder, 'a.json'), 'utf8')).toBe('mine');
});

test('says what happened to each table, what was kept and what the scan did', () => {
  const text = markdownOf(report);
  expect(text).toContain('after 1:30');
  expect(text).toContain('| leak scan | 0 hits; 1234 real values looked for in 5.00 MB |');
  expect(text).toContain('- banks: 0 (no table bank)');
  expect(text).toContain('| party_party | 7 | name: name, unless banks | code |');
  expect(text).toContain('| odd\\|name | 0 | rows: truncate |  |');
});
