import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseUserFile } from '../../../src/compose/index.ts';
import { openUserFileCache } from '../../../src/plan/user-file-cache.ts';
import { folderWith } from '../../support/folder.ts';

const cli = { name: '@coog/cli', version: '1.0.0', root: '/opt/coog' };
const text = (image: string) => `services: {one: {image: "${image}", environment: {A: .inf, B: "\${VERSION:-1}"}}}\n`;

async function givenCache() {
  const folder = await folderWith();
  const request = { environment: { XDG_CACHE_HOME: folder }, cli };
  const place = join(folder, 'coog/projects');
  const files = async () => (await readdir(place).catch(() => [])).map((name) => join(place, name));
  const read = async (files: Record<string, string>, project = '/srv/one', by = cli) => {
    const cache = await openUserFileCache(project, { ...request, cli: by });
    const found = Object.entries(files).map(([path, content]) => cache.parse(path, content));
    await cache.save();
    return found;
  };
  const tamper = async () => {
    for (const file of await files())
      await writeFile(file, (await readFile(file, 'latin1')).replaceAll('one:1', 'old:9'), 'latin1');
  };
  return { files, read, tamper };
}

const image = ([first]: ReturnType<typeof parseUserFile>[]) => first?.file?.services.one?.image;

describe("the user's compose files, read", () => {
  it('are the same from the cache as from their texts', async () => {
    const { read } = await givenCache();
    const first = await read({ 'a.yml': text('one:1') });
    const second = await read({ 'a.yml': text('one:1') });
    expect(first).toEqual([parseUserFile('a.yml', text('one:1'))]);
    expect(second).toEqual(first);
    expect(second[0]?.file?.places.get('one')).toEqual({ file: 'a.yml', line: 1 });
  });

  it('are taken from the cache, which only its owner reads', async () => {
    const { read, tamper, files } = await givenCache();
    await read({ 'a.yml': text('one:1') });
    await tamper();
    expect(image(await read({ 'a.yml': text('one:1') }))).toBe('old:9');
    const [file = ''] = await files();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['its text is another', { 'a.yml': text('two:2') }, '/srv/one', cli, 'two:2'],
    ['its path is another', { 'b.yml': text('one:1') }, '/srv/one', cli, 'one:1'],
    ['it is of another project', { 'a.yml': text('one:1') }, '/srv/two', cli, 'one:1'],
    ['coog is of another version', { 'a.yml': text('one:1') }, '/srv/one', { ...cli, version: '1.0.1' }, 'one:1'],
  ])('one is read anew when %s', async (_, given, project, by, wanted) => {
    const { read, tamper } = await givenCache();
    await read({ 'a.yml': text('one:1') });
    await tamper();
    expect(image(await read(given, project, by))).toBe(wanted);
  });

  it('one that is gone is not kept, and one with problems never', async () => {
    const { read, files } = await givenCache();
    await read({ 'a.yml': text('one:1'), 'b.yml': text('two:2') });
    await read({ 'b.yml': text('two:2'), 'c.yml': 'services: {one: {image: [}}\n' });
    const [file = ''] = await files();
    const kept = await readFile(file, 'latin1');
    expect(kept).toContain('two:2');
    expect(kept).not.toContain('one:1');
    expect(kept).not.toContain('c.yml');
  });

  it('need no cache that works', async () => {
    const folder = await folderWith({ 'a-file': '' });
    for (const environment of [{}, { XDG_CACHE_HOME: join(folder, 'a-file') }]) {
      const cache = await openUserFileCache('/srv/one', { environment, cli });
      expect(image([cache.parse('a.yml', text('one:1'))])).toBe('one:1');
      await cache.save();
    }
    const { read, files } = await givenCache();
    await read({ 'a.yml': text('one:1') });
    for (const file of await files()) await writeFile(file, '{"key": ');
    expect(image(await read({ 'a.yml': text('one:1') }))).toBe('one:1');
  });
});
