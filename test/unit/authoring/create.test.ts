import { lstat, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPlugin, pluginNames } from '../../../src/authoring/index.ts';
import { ProblemError } from '../../../src/shared/problem.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';
import { b2c, core, fakeHook, repository } from '../../support/plugins.ts';

/** Has a variable that a plugin for api-v3 would have, and no service. */
const other = {
  name: '@team/other',
  answer: { apiVersion: 1, variables: 'v.yml' },
  files: { 'v.yml': 'groups: {g: {variables: {API_V3_TOKEN: {description: d, set-by: [API_V3_TOKEN]}}}}' },
};

const create = async (name: string, folder: string) =>
  createPlugin(pluginNames(name), folder, {
    environment: {},
    runHook: await fakeHook([b2c, other]),
    cli: core,
    without: new Set(),
  });

async function problemOf(work: () => Promise<unknown>) {
  try {
    await work();
  } catch (error) {
    if (error instanceof ProblemError) return { ...error.problems[0], exitCode: error.exitCode };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the name of a new plugin', () => {
  it.each([
    ['mail', 'coog-plugin-mail', 'mail', 'MAIL'],
    ['mail-out', 'coog-plugin-mail-out', 'mail-out', 'MAIL_OUT'],
    ['plugin-mail', 'plugin-mail', 'mail', 'MAIL'],
    ['coog-plugin-mail', 'coog-plugin-mail', 'mail', 'MAIL'],
    ['@team/coog-plugin-mail2', '@team/coog-plugin-mail2', 'mail2', 'MAIL2'],
    ['@team/mail', '@team/mail', 'mail', 'MAIL'],
  ])('%s makes the package %s with the service %s', (given, name, service, variable) => {
    expect(pluginNames(given)).toEqual({ package: name, name: service, variable });
  });

  it.each([
    '',
    'Mail',
    '../mail',
    'a/b',
    '@team/',
    '@/mail',
    '1mail',
    'ma il',
    'mail-',
    'plugin-',
    '-mail',
    'é',
    'a'.repeat(101),
  ])('"%s" is refused', async (given) => {
    expect(await problemOf(async () => pluginNames(given))).toMatchObject({ code: 'PLUGIN_NAME_INVALID', exitCode: 2 });
  });
});

describe('a new plugin', () => {
  it('holds no unfilled word, and nothing of this machine but the link', async () => {
    const folder = join(await folderWith({}), 'new/mail-out');
    const { files, linked } = await create('mail-out', folder);
    expect(files).toContain('compose/mail-out/mail-out.yml');
    expect(files).toContain('.gitignore');
    for (const path of files) {
      const text = await readFile(join(folder, path), 'utf8');
      expect(text, path).not.toMatch(/\{\{\w+\}\}/);
      expect(text, path).not.toContain(repository);
    }
    expect(linked).toBe(true);
    const link = join(folder, 'node_modules/@coog/cli');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await realpath(link)).toBe(await realpath(repository));
  });

  it('goes into a folder that is empty, or a fresh repository', async () => {
    expect((await create('mail', await folderWith({}))).files).toContain('package.json');
    expect((await create('mail', await folderWith({ '.git/HEAD': 'ref: x\n' }))).files).toContain('package.json');
  });

  it.each([{ 'README.md': 'mine\n' }, { '.env': 'A=1\n' }, { 'deep/file': '' }])(
    'overwrites nothing: %j',
    async (files) => {
      const folder = await folderWith(files);
      expect(await problemOf(() => create('mail', folder))).toMatchObject({ code: 'PLUGIN_FOLDER_TAKEN', exitCode: 2 });
      expect(await contentsOf(folder)).toEqual(files);
    },
  );

  it('is refused where a file stands', async () => {
    const folder = await folderWith({ file: 'mine\n' });
    expect(await problemOf(() => create('mail', join(folder, 'file')))).toMatchObject({ code: 'FOLDER_NOT_USABLE' });
    expect(await problemOf(() => create('mail', join(folder, 'file/below')))).toMatchObject({
      code: 'FOLDER_NOT_USABLE',
    });
  });

  it.each([
    ['postgres', '@coog/cli has a service postgres already'],
    ['b2c-back', '@coog/plugin-b2c has a service b2c-back already'],
    ['coog-gateway', '@coog/cli has a service gateway already'],
    ['api-v3', '@team/other has the variable API_V3_TOKEN already'],
  ])('is not called %s: it could never be installed', async (name, title) => {
    const folder = join(await folderWith({}), 'plugin');
    expect(await problemOf(() => create(`@team/${name}`, folder))).toMatchObject({
      code: 'PLUGIN_NAME_TAKEN',
      title,
      exitCode: 2,
    });
    await expect(lstat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
