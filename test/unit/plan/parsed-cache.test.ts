import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LoadedExtension } from '../../../src/extension/index.ts';
import { parseCached } from '../../../src/plan/parsed-cache.ts';
import { parseShipped } from '../../../src/plan/read-shipped.ts';
import { folderWith } from '../../support/folder.ts';

const cli = { name: '@coog/cli', version: '1.0.0', root: '/opt/coog' };
const fragment = (image: string) => `services: {one: {image: "${image}"}}\n`;

const extensionWith = (content: string): LoadedExtension => ({
  contributor: { name: 'team', version: '1.0.0', root: '/opt/team' },
  extension: { apiVersion: 1 },
  fragments: [{ name: 'team/one', path: '/opt/team/compose/team/one.yml', content, owner: 'team' }],
  patches: [],
  defaults: [],
});

async function givenCache() {
  const folder = await folderWith();
  const request = { environment: { XDG_CACHE_HOME: folder }, cli };
  const files = async () =>
    (await readdir(join(folder, 'coog/shipped'))).map((name) => join(folder, 'coog/shipped', name));
  return { request, files };
}

describe('what is shipped, parsed', () => {
  it('is the same from the cache as from its texts', async () => {
    const { request } = await givenCache();
    const extensions = [extensionWith(fragment('one:${VERSION:-1}'))];
    const first = await parseCached(extensions, request);
    const second = await parseCached(extensions, request);

    expect(first).toEqual(parseShipped(extensions));
    expect(second).toEqual(first);
    expect(second.fragments[0]?.references).toMatchObject([{ name: 'VERSION', optional: true }]);
  });

  it('is taken from the cache', async () => {
    const { request, files } = await givenCache();
    const extensions = [extensionWith(fragment('one:1'))];
    await parseCached(extensions, request);
    for (const file of await files())
      await writeFile(file, (await readFile(file, 'latin1')).replaceAll('one:1', 'old:9'), 'latin1');

    const { fragments } = await parseCached(extensions, request);

    expect(fragments[0]?.service?.definition).toEqual({ image: 'old:9' });
  });

  it.each([
    ['a text', extensionWith(fragment('two:2')), cli],
    ['the version of coog', extensionWith(fragment('one:1')), { ...cli, version: '1.0.1' }],
  ])('is parsed anew when %s changes', async (_, extension, newer) => {
    const { request, files } = await givenCache();
    await parseCached([extensionWith(fragment('one:1'))], request);
    for (const file of await files())
      await writeFile(file, (await readFile(file, 'latin1')).replaceAll('one:1', 'old:9'), 'latin1');

    const { fragments } = await parseCached([extension], { ...request, cli: newer });

    expect(fragments).toEqual(parseShipped([extension]).fragments);
    expect(await files(), 'the old one is replaced').toHaveLength(1);
  });

  it('is parsed each time while it has problems', async () => {
    const { request } = await givenCache();
    const broken = [extensionWith('services: {one: {image: [}}\n')];
    expect((await parseCached(broken, request)).problems).toHaveLength(1);
    expect((await parseCached(broken, request)).problems).toHaveLength(1);
  });

  it('needs no cache that works', async () => {
    const folder = await folderWith({ 'a-file': '' });
    const request = { environment: { XDG_CACHE_HOME: join(folder, 'a-file') }, cli };
    const { request: other, files } = await givenCache();
    const extensions = [extensionWith(fragment('one:1'))];
    expect((await parseCached(extensions, request)).fragments).toHaveLength(1);
    await parseCached(extensions, other);
    for (const file of await files()) await writeFile(file, '{"key": ');
    expect((await parseCached(extensions, other)).fragments).toHaveLength(1);
  });
});
