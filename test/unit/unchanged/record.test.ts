import { appendFile, chmod, mkdir, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Asked, recall, remember, sourcesOf } from '../../../src/unchanged/index.ts';
import { folderWith, writeFiles } from '../../support/folder.ts';

interface Known {
  readonly folder: string;
  readonly asked: Asked;
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A project whose answer is remembered. */
async function givenRemembered(files = {}): Promise<Known> {
  const folder = await folderWith({
    'env.custom': 'ONE=1\n',
    'custom/compose/team/one.yml': 'services: {}\n',
    'env/back.env': '',
    '.env': '',
    ...files,
  });
  const cache = await folderWith();
  const asked = { cwd: folder, environment: { XDG_CACHE_HOME: cache, ONE: '1' }, root: folder, uid: 1000 };
  await later(60);
  remember(asked, sources(folder), 'nothing to change', Date.now());
  expect(recall(asked)).toBe('nothing to change');
  return { folder, asked };
}

const sources = (folder: string): string[] =>
  sourcesOf({ folder, cwd: folder, root: folder, plugins: [], dataFolder: folder, further: ['data/'] }) ?? [];

const changes: Readonly<Record<string, (folder: string) => Promise<unknown>>> = {
  'a line more': (folder) => appendFile(join(folder, 'env.custom'), 'TWO=2\n'),
  'an edit that keeps size and time': async (folder) => {
    const path = join(folder, 'env.custom');
    await utimes(path, new Date(0), new Date(0));
    await writeFile(path, 'ONE=2\n');
    await utimes(path, new Date(0), new Date(0));
  },
  'a file in the place of a file': async (folder) => {
    await writeFiles(folder, { other: 'ONE=2\n' });
    await rename(join(folder, 'other'), join(folder, 'env.custom'));
  },
  'a file that is gone': (folder) => rm(join(folder, 'env/back.env')),
  'a file that appears': (folder) => writeFiles(folder, { 'override.yml': '' }),
  'a file that appears deep below': (folder) => writeFiles(folder, { 'custom/compose/team/two.yml': '' }),
  'other rights': (folder) => chmod(join(folder, '.env'), 0o666),
  'a link in the place of a file': async (folder) => {
    await rename(join(folder, 'env.custom'), join(folder, 'elsewhere'));
    await symlink('elsewhere', join(folder, 'env.custom'));
  },
  'a folder that must be there and appears': (folder) => mkdir(join(folder, 'data')),
};

describe('what is remembered', () => {
  it.each(Object.entries(changes))('is forgotten after %s', async (_, change) => {
    const { folder, asked } = await givenRemembered();

    await change(folder);

    expect(recall(asked)).toBeUndefined();
  });

  it('is forgotten when what a link leads to changes', async () => {
    const elsewhere = await folderWith({ 'env.custom': 'ONE=1\n' });
    const folder = await folderWith({ custom: '' });
    await rm(join(folder, 'custom'));
    await symlink(elsewhere, join(folder, 'custom'));
    const asked = { cwd: folder, environment: { XDG_CACHE_HOME: await folderWith() }, root: folder, uid: 0 };
    await later(60);
    remember(asked, sources(folder), 'same', Date.now());
    expect(recall(asked)).toBe('same');

    await writeFile(join(elsewhere, 'env.custom'), 'ONE=2\n');

    expect(recall(asked)).toBeUndefined();
  });

  it("is another user's, environment's or folder's only when it is his", async () => {
    const { asked } = await givenRemembered();
    expect(recall({ ...asked, uid: 1001 })).toBeUndefined();
    expect(recall({ ...asked, environment: { ...asked.environment, ONE: '2' } })).toBeUndefined();
    expect(recall({ ...asked, root: '/elsewhere' })).toBeUndefined();
    expect(recall({ ...asked, cwd: '/elsewhere' })).toBeUndefined();
    expect(recall({ ...asked, environment: { ...asked.environment, TERM: 'vt100', PWD: '/' } })).toBe(
      'nothing to change',
    );
  });

  it('stays when a data folder fills', async () => {
    const folder = await folderWith({ 'env.custom': '', 'data/': '' });
    const asked = { cwd: folder, environment: { XDG_CACHE_HOME: await folderWith() }, root: folder, uid: 0 };
    await later(60);
    remember(asked, sources(folder), 'same', Date.now());

    await writeFiles(folder, { 'data/rows': '1' });

    expect(recall(asked)).toBe('same');
  });
});

describe('nothing is remembered', () => {
  it('when a file changed after reading began', async () => {
    const { folder, asked } = await givenRemembered();
    const since = Date.now();
    await appendFile(join(folder, 'env.custom'), 'TWO=2\n');

    remember(asked, sources(folder), 'read before the change', since);

    expect(recall(asked)).toBeUndefined();
  });

  it('in a folder of the scripts', async () => {
    expect(sources(await folderWith({ 'env.base': '' }))).toEqual([]);
  });

  it('where the cache cannot be written or is broken', async () => {
    const { folder, asked } = await givenRemembered();
    const file = join(folder, 'env.custom');
    remember({ ...asked, environment: { XDG_CACHE_HOME: file } }, sources(folder), 'x', Date.now());
    expect(recall({ ...asked, environment: { XDG_CACHE_HOME: file } })).toBeUndefined();
    expect(await readFile(file, 'utf8')).toBe('ONE=1\n');
  });
});
