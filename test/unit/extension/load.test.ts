import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Extension, loadExtensions } from '../../../src/extension/index.ts';
import { type Files, folderWith } from '../../support/folder.ts';

const load = async (root: string, extension: Partial<Extension>) =>
  loadExtensions([{ contributor: { name: 'p', version: '1.0.0', root }, extension: { apiVersion: 1, ...extension } }]);
const loadFiles = async (files: Files, extension: Partial<Extension>) => {
  const { extensions, problems } = await load(await folderWith(files), extension);
  return { loaded: extensions[0], problems };
};

describe('loadExtensions', () => {
  it('reads fragments, patches, variables and defaults with their names', async () => {
    const { loaded, problems } = await loadFiles(
      {
        'compose/a/b.yml': 'b',
        'compose/a/c.yaml': 'c',
        'compose/a/readme.md': 'not a fragment',
        'compose/a/.b.yml.swp.yml': 'hidden',
        'patches/one.yml': 'one',
        'vars.yml': 'vars',
        'defaults/files.yml': 'files',
        'defaults/env/x.env': 'X=1',
      },
      { fragments: 'compose', patches: 'patches', variables: 'vars.yml', defaults: 'defaults' },
    );
    expect(problems).toEqual([]);
    expect(loaded?.fragments.map((f) => [f.name, f.content, f.owner])).toEqual([
      ['a/b', 'b', 'p'],
      ['a/c', 'c', 'p'],
    ]);
    expect(loaded?.patches.map((f) => f.name)).toEqual(['one']);
    expect(loaded?.variables?.content).toBe('vars');
    expect(loaded?.defaults.map((f) => f.name)).toEqual(['env/x.env', 'files']);
  });

  it('leaves out what an extension does not have', async () => {
    const { loaded, problems } = await loadFiles({ 'compose/a.yml': 'x' }, {});
    expect(problems).toEqual([]);
    expect(loaded).toMatchObject({ fragments: [], patches: [], defaults: [] });
    expect(loaded).not.toHaveProperty('variables');
  });

  it.each([
    ['a folder that is not there', { fragments: 'compose' }],
    ['a file where a folder must be', { patches: 'file.yml' }],
    ['variables that are not there', { variables: 'variables.yml' }],
    ['variables that are a folder', { variables: 'folder' }],
  ])('tells %s by the name of the plugin', async (_, extension) => {
    const { problems } = await loadFiles({ 'file.yml': '', 'folder/': '' }, extension);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'PLUGIN_FILE_MISSING' });
    expect(problems[0]?.title).toContain('p 1.0.0');
    expect(problems[0]?.next).toContain('--without-plugin p');
  });

  it('tells every missing part at once', async () => {
    const { problems } = await loadFiles({}, { fragments: 'a', patches: 'b', variables: 'c', defaults: 'd' });
    expect(problems).toHaveLength(4);
  });

  it('follows a link to a file or a folder of the plugin itself', async () => {
    const root = await folderWith({ 'shared/b.yml': 'b', 'compose/a/': '' });
    await symlink('../../shared/b.yml', join(root, 'compose/a/linked.yml'));
    await symlink('../shared', join(root, 'compose/group'));
    const { extensions, problems } = await load(root, { fragments: 'compose' });
    expect(problems).toEqual([]);
    expect(extensions[0]?.fragments.map((f) => f.name)).toEqual(['a/linked', 'group/b']);
  });

  it('accepts a plugin that is itself a link, as npm makes it of a workspace', async () => {
    const real = await folderWith({ 'compose/a/b.yml': 'b' });
    const root = join(await folderWith({}), 'plugin');
    await symlink(real, root);
    const { extensions, problems } = await load(root, { fragments: 'compose' });
    expect(problems).toEqual([]);
    expect(extensions[0]?.fragments).toHaveLength(1);
  });

  it.each([
    ['a file', 'compose/b.yml', 'secret.yml'],
    ['a folder', 'compose/group', '.'],
    ['the whole fragments folder', 'compose', '.'],
    ['the variables', 'variables.yml', 'secret.yml'],
  ])('refuses a link out of the plugin: %s', async (_, at, to) => {
    const outside = await folderWith({ 'secret.yml': 'password' });
    const root = await folderWith(at === 'compose' ? {} : { 'compose/': '' });
    await symlink(join(outside, to), join(root, at));
    const extension = at === 'variables.yml' ? { variables: at } : { fragments: 'compose' };
    const { extensions, problems } = await load(root, extension);
    expect(problems.map((p) => p.code)).toEqual(['PLUGIN_FILE_OUTSIDE']);
    expect(problems[0]?.title).toContain('p 1.0.0');
    expect(JSON.stringify(extensions)).not.toContain('password');
  });

  it('ends with a link that goes round, and tells one to nothing', async () => {
    const root = await folderWith({ 'compose/a/b.yml': 'b' });
    await symlink('..', join(root, 'compose/a/up'));
    await mkdir(join(root, 'compose/c'));
    await symlink('nowhere.yml', join(root, 'compose/c/lost.yml'));
    const { extensions, problems } = await load(root, { fragments: 'compose' });
    expect(extensions[0]?.fragments.map((f) => f.name)).toEqual(['a/b']);
    expect(problems.map((p) => p.code)).toEqual(['PLUGIN_FILE_MISSING']);
  });
});
