import { appendFile, mkdir, readdir, readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HistoryRecord, readHistory } from '../../../src/history/index.ts';
import { appendHistory } from '../../../src/history/records.ts';
import { folderWith } from '../../support/folder.ts';

const record = (command: string, more: Partial<HistoryRecord> = {}): HistoryRecord => ({
  ...{ at: '2026-01-01T00:00:00.000Z', command, what: '', user: 'maria', host: 'h', pid: 1, result: 'done', took: 5 },
  ...more,
});
const commands = async (folder: string) => (await readHistory(folder)).records.map(({ command }) => command);

describe('the history', () => {
  test('of a project that has none is empty', async () => {
    expect(await readHistory(await folderWith({}))).toEqual({ records: [], torn: 0 });
  });

  test('gets a line for each record, in a file that only its owner reads', async () => {
    const folder = await folderWith({});
    await appendHistory(folder, record('up', { problems: ['SERVICE_FAILED'], result: 'failed' }));
    await appendHistory(folder, record('down'));

    const file = join(folder, 'history.jsonl');
    expect((await readFile(file, 'utf8')).split('\n')).toHaveLength(3);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readHistory(folder)).records).toEqual([
      record('up', { problems: ['SERVICE_FAILED'], result: 'failed' }),
      record('down'),
    ]);
  });

  test('survives a torn line: the next one stands on a line of its own', async () => {
    const folder = await folderWith({});
    await appendHistory(folder, record('up'));
    await appendHistory(folder, record('torn'));
    const file = join(folder, 'history.jsonl');
    await truncate(file, (await stat(file)).size - 20);
    await appendHistory(folder, record('down'));

    expect(await readHistory(folder)).toMatchObject({ torn: 1 });
    expect(await commands(folder)).toEqual(['up', 'down']);
  });

  test.each(['\0\0\0\0', '[]', 'null', '7', '{"command":"up"}', '{"at":1,"command":"up"}'])(
    'leaves %j out, and counts it',
    async (line) => {
      const folder = await folderWith({});
      await appendHistory(folder, record('up'));
      await appendFile(join(folder, 'history.jsonl'), `${line}\n`);
      await appendHistory(folder, record('down'));
      expect(await readHistory(folder)).toMatchObject({ torn: 1 });
      expect(await commands(folder)).toEqual(['up', 'down']);
    },
  );

  test('has a bounded size: the older half is kept until the next one is full, then dropped', async () => {
    const folder = await folderWith({});
    const what = 'x'.repeat(64 * 1024);
    for (let at = 0; at < 40; at++) await appendHistory(folder, record(`c${at}`, { what }));

    const sizes = await Promise.all((await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_300_000);
    const kept = await commands(folder);
    expect(kept.length).toBeGreaterThan(8);
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `c${40 - kept.length + i}`));
  });

  test('that cannot be read is told as it is', async () => {
    const folder = await folderWith({});
    await mkdir(join(folder, 'history.jsonl'));
    await expect(readHistory(folder)).rejects.toThrow('EISDIR');
  });
});
