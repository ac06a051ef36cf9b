import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { folderWith } from '../support/folder.ts';
import { minimal } from '../support/planning.ts';
import { publishPlugin } from '../support/registry/plugin.ts';
import { givenUser } from '../support/registry/user.ts';

const project = () => folderWith({ 'env.custom': minimal });
const mover = '@coog/plugin-mover';

describe('coog plugins:install from a registry', () => {
  test('takes the short name, and what is installed works in a project', async () => {
    const user = await givenUser();
    const folder = await project();
    const installed = await user.run(folder, 'plugins:install', 'b2c');
    expect(installed).toMatchObject({ exitCode: 0, stdout: '@coog/plugin-b2c 0.1.0 is installed\n' });
    expect(installed.stderr).toContain('coog plugins:uninstall @coog/plugin-b2c');
    expect(await user.run(folder, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readFile(join(folder, 'coog.generated.yml'), 'utf8')).toContain('b2c/front of @coog/plugin-b2c');
  });

  test('takes the full name with a version, and lists and uninstalls it', async () => {
    const user = await givenUser();
    expect((await user.run(user.home, 'plugins:install', '@coog/plugin-b2c@0.1.0')).exitCode).toBe(0);
    expect(await user.plugins()).toEqual({ '@coog/plugin-b2c': '0.1.0' });
    expect((await user.run(user.home, 'plugins:uninstall', 'b2c')).exitCode).toBe(0);
    expect(await user.plugins()).toEqual({});
    expect(await user.folders()).toEqual([]);
  });

  test('takes a team’s package without a scope by npm:NAME, and never by a bare word', async () => {
    await publishPlugin({ name: 'team-mail', version: '1.0.0' });
    const user = await givenUser();
    const bare = await user.run(user.home, 'plugins:install', 'team-mail');
    expect(bare).toMatchObject({ exitCode: 2, stdout: '' });
    expect(bare.stderr).toContain('there is no @coog/plugin-team-mail');
    expect((await user.run(user.home, 'plugins:install', 'npm:team-mail')).exitCode).toBe(0);
    expect(await user.plugins()).toEqual({ 'team-mail': '1.0.0' });
  });
});

describe('a plugin and the version of coog', () => {
  beforeAll(async () => {
    for (const [version, cli] of [
      ['0.1.0', '>=0.1.0'],
      ['0.2.0', '>=0.1.0 <1'],
      ['9.0.0', '>=9'],
    ] as const)
      await publishPlugin({ name: '@coog/plugin-choosy', version, cli });
    await publishPlugin({ name: '@coog/plugin-future', version: '9.0.0', cli: '>=9' });
  });

  test('that does not fit is refused with the versions that would, and the command that takes one', async () => {
    const user = await givenUser();
    const refused = await user.run(user.home, 'plugins:install', 'choosy', '--json');
    expect(refused.exitCode).toBe(2);
    const { problems } = JSON.parse(refused.stdout) as { problems: { code: string; detail: string; next: string }[] };
    expect(problems).toMatchObject([
      {
        code: 'PLUGIN_VERSION',
        detail: 'These versions would: 0.2.0, 0.1.0',
        next: 'coog plugins:install @coog/plugin-choosy@0.2.0',
      },
    ]);
    expect((await user.run(user.home, 'plugins:install', '@coog/plugin-choosy@0.2.0')).exitCode).toBe(0);
  });

  test('of which none fits is refused, and says so', async () => {
    const user = await givenUser();
    const { exitCode, stderr } = await user.run(user.home, 'plugins:install', 'future');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('No version in the registry works with this coog');
  });

  test('of a range takes the newest that fits', async () => {
    const user = await givenUser();
    expect((await user.run(user.home, 'plugins:install', '@coog/plugin-choosy@>=0.1')).exitCode).toBe(0);
    expect(await user.plugins()).toEqual({ '@coog/plugin-choosy': '0.2.0' });
  });

  test('that does not exist is refused with those that do', async () => {
    const user = await givenUser();
    const { exitCode, stderr } = await user.run(user.home, 'plugins:install', 'choosy@0.7.0');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('PLUGIN_NOT_FOUND');
    expect(stderr).toContain('0.2.0, 0.1.0');
  });
});

describe('coog plugins:update', () => {
  test('looks with --check, then takes what is newer, and leaves what is pinned', async () => {
    await publishPlugin({ name: mover, version: '1.0.0' });
    await publishPlugin({ name: '@coog/plugin-fixed', version: '1.0.0' });
    const user = await givenUser();
    expect((await user.run(user.home, 'plugins:install', 'mover', '@coog/plugin-fixed@1.0.0')).exitCode).toBe(0);
    expect((await user.run(user.home, 'plugins:update', '--check')).exitCode).toBe(0);
    await publishPlugin({ name: mover, version: '1.1.0' });
    await publishPlugin({ name: mover, version: '9.0.0', cli: '>=9' });
    await publishPlugin({ name: '@coog/plugin-fixed', version: '1.1.0' });
    const looked = await user.run(user.home, 'plugins:update', '--check');
    expect(looked).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/plugin-mover +1\.0\.0 +available 1\.1\.0/),
    });
    expect(await user.plugins()).toEqual({ [mover]: '1.0.0', '@coog/plugin-fixed': '1.0.0' });
    const updated = await user.run(user.home, 'plugins:update');
    expect(updated).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('pinned; 1.1.0 is there') });
    expect(await user.plugins()).toEqual({ [mover]: '1.1.0', '@coog/plugin-fixed': '1.0.0' });
    expect((await user.run(user.home, 'plugins:update', '--check')).exitCode).toBe(0);
  });
});

describe('what the registry gives, and it is no good', () => {
  const name = '@coog/plugin-worse';
  const givenInstalled = async () => {
    const user = await givenUser();
    await user.run(user.home, 'plugins:install', `${name}@1.0.0`);
    expect(await user.plugins()).toEqual({ [name]: '1.0.0' });
    return user;
  };
  beforeAll(async () => {
    await publishPlugin({ name, version: '1.0.0' });
    await publishPlugin({ name, version: '1.1.0', hook: 'export default async () => { throw new Error("boom"); };' });
    await publishPlugin({ name, version: '1.2.0' });
    await publishPlugin({ name, version: '1.3.0' });
    const { storage } = inject('coogRegistry');
    await rm(join(storage, name, 'plugin-worse-1.2.0.tgz'));
    await writeFile(join(storage, name, 'plugin-worse-1.3.0.tgz'), 'no tarball');
    await publishPlugin({ name, version: '1.4.0', more: { oclif: undefined } });
    await publishPlugin({ name, version: '1.5.0', more: { dependencies: { '@nobody/has-this': '1.0.0' } } });
  });

  test.each([
    ['1.1.0', 'a hook that throws', 'PLUGIN_FAILED', 2],
    ['1.2.0', 'a tarball that is not there', 'PLUGIN_INSTALL_FAILED', 1],
    ['1.3.0', 'a tarball that is damaged', 'PLUGIN_INSTALL_FAILED', 1],
    ['1.4.0', 'no plugin', 'PLUGIN_INVALID', 2],
    ['1.5.0', 'a dependency that does not exist', 'PLUGIN_INSTALL_FAILED', 1],
  ])('%s (%s) leaves the version that works', async (version, _, code, exit) => {
    const user = await givenInstalled();
    const failed = await user.run(user.home, 'plugins:install', `${name}@${version}`);
    expect(failed).toMatchObject({ exitCode: exit, stdout: '' });
    expect(failed.stderr).toContain(`(${code})`);
    expect(failed.stderr).not.toContain('UNEXPECTED');
    expect(await user.plugins()).toEqual({ [name]: '1.0.0' });
    expect(await user.run(await project(), 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await user.folders()).toHaveLength(1);
  });
});
