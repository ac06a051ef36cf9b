import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { oneAtATime } from '../../../src/plugins/one-at-a-time.ts';
import { changeEntries, type Entry, readEntries, removeLeftovers } from '../../../src/plugins/store.ts';
import { commandFor } from '../../../src/plugins/take-back.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';

const entry = (name: string, root?: string): Entry => ({
  name,
  type: 'user',
  tag: 'latest',
  ...(root ? { root } : {}),
});

describe('the list of a user’s plugins', () => {
  test('is empty where there is none, and made by the first change', async () => {
    const folder = await folderWith({});
    expect(await readEntries(folder)).toEqual([]);
    await changeEntries(folder, () => [entry('a', '/x')]);
    expect(await readEntries(folder)).toEqual([entry('a', '/x')]);
    expect(await readdir(folder)).toEqual(['package.json']);
  });

  test('of oclif’s own installation is read, and what it says besides is kept', async () => {
    const list = {
      name: 'coog',
      mine: 1,
      dependencies: { old: '^1', gone: '^1' },
      oclif: { schema: 1, plugins: ['old', entry('gone')] },
    };
    const folder = await folderWith({ 'package.json': JSON.stringify(list) });
    expect(await readEntries(folder)).toEqual([entry('old'), entry('gone')]);
    await changeEntries(folder, (entries) => entries.filter(({ name }) => name !== 'gone'));
    expect(JSON.parse((await contentsOf(folder))['package.json'] ?? '')).toMatchObject({
      mine: 1,
      dependencies: { old: '^1' },
    });
    expect(await readEntries(folder)).toEqual([entry('old')]);
  });

  test.each(['{', '', 'x'])('that is broken is refused and left as it is: %j', async (content) => {
    const folder = await folderWith({ 'package.json': content });
    const problem = { problems: [{ code: 'PLUGIN_LIST_INVALID' }] };
    await expect(readEntries(folder)).rejects.toMatchObject(problem);
    await expect(changeEntries(folder, () => [])).rejects.toMatchObject(problem);
    await expect(removeLeftovers(folder)).rejects.toMatchObject(problem);
    expect(await contentsOf(folder)).toEqual({ 'package.json': content });
  });
});

describe('folders that no entry names', () => {
  test('go, but for those of an installation that runs', async () => {
    const folder = await folderWith({});
    const installed = join(folder, 'installed');
    const dead = 2 ** 31 - 2;
    for (const name of [`used.${dead}`, `left.${dead}`, `mine.${process.pid}`, `runs.${process.ppid}`, 'strange'])
      await mkdir(join(installed, name), { recursive: true });
    await changeEntries(folder, () => [entry('a', join(installed, `used.${dead}`)), entry('b', '/elsewhere')]);
    await removeLeftovers(folder);
    expect((await readdir(installed)).sort()).toEqual([`runs.${process.ppid}`, `used.${dead}`]);
  });

  test('are no matter where nothing was ever installed', async () => {
    await expect(removeLeftovers(await folderWith({}))).resolves.toBeUndefined();
  });
});

describe('one at a time', () => {
  test('a second one is refused while the first works, and not afterwards', async () => {
    const folder = join(await folderWith({}), 'data');
    await oneAtATime(folder, async () => {
      await expect(oneAtATime(folder, () => Promise.resolve())).rejects.toMatchObject({
        exitCode: 2,
        problems: [{ code: 'PLUGIN_BUSY' }],
      });
    });
    expect(await oneAtATime(folder, () => Promise.resolve('done'))).toBe('done');
  });

  test('a failure frees the way', async () => {
    const folder = await folderWith({});
    await expect(oneAtATime(folder, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await oneAtATime(folder, () => Promise.resolve('done'))).toBe('done');
  });

  test('a folder that cannot be is told', async () => {
    const folder = await folderWith({ file: '' });
    await expect(oneAtATime(join(folder, 'file', 'data'), () => Promise.resolve())).rejects.toMatchObject({
      exitCode: 2,
      problems: [{ code: 'FILE_NOT_WRITABLE' }],
    });
  });
});

test.each([
  [{ ...entry('a'), type: 'link' as const, root: '/x' }, '1.0.0', 'coog plugins:link /x'],
  [{ ...entry('a'), url: 'file:/x.tgz' }, '1.0.0', 'coog plugins:install file:/x.tgz'],
  [entry('a'), '1.0.0', 'coog plugins:install a@1.0.0'],
  [entry('a'), undefined, undefined],
])('what brings %j back', (given, version, command) => {
  expect(commandFor(given, version)).toBe(command);
});
