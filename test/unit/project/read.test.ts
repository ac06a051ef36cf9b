import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, isProject, locateProject, readProject } from '../../../src/project/index.ts';
import { folderWith } from '../../support/folder.ts';

describe('readProject', () => {
  it('reads what the root and custom/ hold, the weaker first', async () => {
    const folder = await folderWith({
      'env.custom': 'root',
      'custom/env.custom': 'custom',
      disabled_services: 'root',
      'custom/disabled_services': 'custom',
      'override.yml': 'root',
      'custom/override.yml': 'custom',
      'env/a.env': '',
      'custom/env/b.env': '',
      'custom/compose/b.yaml': 'b',
      'custom/compose/a/x.yml': 'x',
      'compose/a/x.yml': 'x2',
      'compose/notes.txt': 'no',
    });
    const project = await readProject(folder);
    const pairs = (files: readonly { path: string; content: string }[]) => files.map((f) => [f.path, f.content]);
    expect(pairs(project.envFiles)).toEqual([
      ['custom/env.custom', 'custom'],
      ['env.custom', 'root'],
    ]);
    expect(pairs(project.disabledServices)).toEqual([
      ['custom/disabled_services', 'custom'],
      ['disabled_services', 'root'],
    ]);
    expect(pairs(project.overrides)).toEqual([
      ['custom/override.yml', 'custom'],
      ['override.yml', 'root'],
    ]);
    expect(project.fragments.map((f) => [f.path, f.name])).toEqual([
      ['custom/compose/a/x.yml', 'a/x'],
      ['custom/compose/b.yaml', 'b'],
      ['compose/a/x.yml', 'a/x'],
    ]);
    expect(project.serviceEnv).toEqual({ root: new Set(['a.env']), custom: new Set(['b.env']) });
    expect(project).toMatchObject({ isScriptsCheckout: false, problems: [] });
  });

  it('reads an empty folder', async () => {
    const project = await readProject(await folderWith({}));
    expect(project).toMatchObject({ envFiles: [], fragments: [], overrides: [], problems: [] });
    expect(project.serviceEnv).toEqual({ root: new Set() });
  });

  it('takes a text instead of what a file holds, for a file that is not there too', async () => {
    const folder = await folderWith({ 'env.custom': 'old' });
    const { envFiles } = await readProject(
      folder,
      new Map([
        ['env.custom', 'new'],
        ['custom/env.custom', 'made'],
      ]),
    );
    expect(envFiles.map((f) => f.content)).toEqual(['made', 'new']);
  });

  it.each([
    ['env.custom', 'a link to nothing'],
    ['custom/compose/a.yml', 'a fragment that is a link to nothing'],
  ])('tells %s: %s', async (path) => {
    const folder = await folderWith({ 'custom/compose/': '' });
    await symlink('nowhere', join(folder, path));
    await expect(readProject(folder)).rejects.toMatchObject({
      problems: [{ code: 'FILE_UNREADABLE', place: { file: join(folder, path) } }],
      exitCode: 2,
    });
  });
});

describe('filesBelow', () => {
  it('follows links, ends with a circle, and leaves hidden files out', async () => {
    const folder = await folderWith({ 'b/c.yml': '', 'a.yml': '', '.hidden.yml': '', '.git/x.yml': '' });
    await symlink('..', join(folder, 'b/up'));
    await symlink('b', join(folder, 'z'));
    const found = (await filesBelow(folder)).map((path) => path.slice(folder.length + 1));
    expect(found).toEqual(['a.yml', 'b/c.yml', 'z/c.yml']);
  });
});

describe('locateProject', () => {
  it.each([
    ['an env.custom', { 'env.custom': '' }, true],
    ['a custom folder', { 'custom/': '' }, true],
    ['neither', { 'override.yml': '' }, false],
    ['a folder named env.custom', { 'env.custom/': '' }, false],
    ['a file named custom', { custom: '' }, false],
  ] as [string, Record<string, string>, boolean][])('a folder with %s: %s', async (_, files, expected) => {
    expect(await isProject(await folderWith(files))).toBe(expected);
  });

  it('looks upwards for an env.custom, but not from a folder that was named', async () => {
    const folder = await folderWith({ 'env.custom': '', 'custom/compose/': '' });
    expect(await locateProject(join(folder, 'custom/compose'))).toBe(folder);
    expect(await locateProject('/', folder)).toBe(folder);
    await expect(locateProject(folder, 'custom/compose')).rejects.toMatchObject({ problems: [{ code: 'NO_PROJECT' }] });
  });
});
