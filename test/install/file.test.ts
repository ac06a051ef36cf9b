import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { packPlugin } from '../support/registry/plugin.ts';
import { givenUser } from '../support/registry/user.ts';
import { freePort } from '../support/registry/verdaccio.ts';

/** Somebody in a closed network. */
const givenClosedIn = async () => givenUser({ registry: `http://127.0.0.1:${await freePort()}/` });

describe('coog plugins:install of a file, without any registry', () => {
  test.each([
    ['file: and a path', (path: string) => `file:${path}`],
    ['a URL of a file', (path: string) => `file://${path}`],
    ['a path', (path: string) => path],
  ])('takes %s', async (_, spec) => {
    const user = await givenClosedIn();
    const { packages } = inject('coogRegistry');
    expect(await readdir(packages)).toContain('coog-plugin-b2c-0.1.0.tgz');
    expect(
      (await user.run(user.home, 'plugins:install', spec(join(packages, 'coog-plugin-b2c-0.1.0.tgz')))).exitCode,
    ).toBe(0);
    expect(await user.plugins()).toEqual({ '@coog/plugin-b2c': '0.1.0' });
    const update = await user.run(user.home, 'plugins:update');
    expect(update).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('from file:') });
  });

  test('takes a relative path, from the folder where it is called', async () => {
    const user = await givenClosedIn();
    const { packages } = inject('coogRegistry');
    expect((await user.run(packages, 'plugins:install', './coog-plugin-b2c-0.1.0.tgz')).exitCode).toBe(0);
    expect((await user.run(packages, 'plugins:install', 'coog-plugin-demo-0.1.0.tgz')).exitCode).toBe(0);
    expect(Object.keys(await user.plugins())).toEqual(['@coog/plugin-b2c', '@coog/plugin-demo']);
  });

  test('says how the version comes back that it takes the place of', async () => {
    const user = await givenClosedIn();
    const first = await packPlugin({ name: '@acme/plugin-mail', version: '1.0.0' });
    const second = await packPlugin({ name: '@acme/plugin-mail', version: '1.1.0' });
    await user.run(user.home, 'plugins:install', first);
    const updated = await user.run(user.home, 'plugins:install', second);
    expect(updated).toMatchObject({ exitCode: 0, stdout: '@acme/plugin-mail 1.1.0 is installed; it was 1.0.0\n' });
    expect(updated.stderr).toContain(`coog plugins:install file:${first}`);
    expect(await user.plugins()).toEqual({ '@acme/plugin-mail': '1.1.0' });
  });

  test('of several, which plugins:reset removes together when it is told to', async () => {
    const user = await givenClosedIn();
    const { packages } = inject('coogRegistry');
    expect((await user.run(user.home, 'plugins:reset', '--yes')).stdout).toBe('no plugin is installed\n');
    for (const name of ['b2c', 'demo'])
      await user.run(user.home, 'plugins:install', join(packages, `coog-plugin-${name}-0.1.0.tgz`));
    const asked = await user.run(user.home, 'plugins:reset');
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain('This removes @coog/plugin-b2c, @coog/plugin-demo. No container is touched.');
    expect(Object.keys(await user.plugins())).toHaveLength(2);
    expect(await user.run(user.home, 'plugins:reset', '--yes')).toMatchObject({
      exitCode: 0,
      stdout: '@coog/plugin-b2c 0.1.0 is uninstalled\n@coog/plugin-demo 0.1.0 is uninstalled\n',
    });
    expect(await user.plugins()).toEqual({});
  });

  test('does not ask a registry for @coog/cli, also where the peer is not optional', async () => {
    const user = await givenClosedIn();
    const file = await packPlugin({ name: '@acme/plugin-mail', version: '1.0.0', cli: '>=0.1.0' });
    expect((await user.run(user.home, 'plugins:install', file)).exitCode).toBe(0);
  });

  test('refuses one for another coog', async () => {
    const user = await givenClosedIn();
    const file = await packPlugin({ name: '@acme/plugin-mail', version: '1.0.0', cli: '>=9' });
    const { exitCode, stderr } = await user.run(user.home, 'plugins:install', file);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(PLUGIN_VERSION)');
    expect(await user.folders()).toEqual([]);
  });

  test('refuses what is no package', async () => {
    const user = await givenClosedIn();
    const folder = await folderWith({ 'broken.tgz': 'no tarball', 'a folder.tgz/': '' });
    for (const [words, code, exit] of [
      ['./broken.tgz', 'PLUGIN_INSTALL_FAILED', 1],
      ['./missing.tgz', 'PLUGIN_SPEC_INVALID', 2],
      ['./a folder.tgz', 'PLUGIN_SPEC_INVALID', 2],
    ] as const) {
      const refused = await user.run(folder, 'plugins:install', words);
      expect(refused, words).toMatchObject({ exitCode: exit, stdout: '' });
      expect(refused.stderr, words).toContain(`(${code})`);
    }
    expect(await user.folders()).toEqual([]);
  });
});

describe('install scripts', () => {
  const withScript = async () => {
    const marker = join(await folderWith({}), 'it ran');
    const scripts = { postinstall: `node -e "require('fs').writeFileSync('${marker}', '')"` };
    return { marker, file: await packPlugin({ name: '@acme/plugin-eager', version: '1.0.0', more: { scripts } }) };
  };

  test('are not run, and that is told', async () => {
    const user = await givenClosedIn();
    const { marker, file } = await withScript();
    const { exitCode, stderr } = await user.run(user.home, 'plugins:install', file);
    expect(exitCode).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain('@acme/plugin-eager would run scripts when installed');
    expect(existsSync(marker)).toBe(false);
  });

  test('are run with --allow-scripts', async () => {
    const user = await givenClosedIn();
    const { marker, file } = await withScript();
    const { exitCode, stderr } = await user.run(user.home, 'plugins:install', file, '--allow-scripts');
    expect(exitCode).toBe(0);
    expect(stderr).not.toContain('would run scripts');
    expect(existsSync(marker)).toBe(true);
  });
});

test('a list of plugins that cannot be read is not overwritten', async () => {
  const user = await givenClosedIn();
  const list = join(user.home, 'data/coog/package.json');
  const file = await packPlugin({ name: '@acme/plugin-mail', version: '1.0.0' });
  await user.run(user.home, 'plugins:install', file);
  await writeFile(list, '{ "oclif": ');
  const refused = await user.run(user.home, 'plugins:install', file);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('(PLUGIN_LIST_INVALID)');
});
