import { describe, expect, test } from 'vitest';
import { disablePlugin, enablePlugin } from '../../../src/plugins/index.ts';
import { installedName } from '../../../src/plugins/installed-name.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';
import { core } from '../../support/plugins.ts';

const request = (folder: string, ...names: string[]) => ({
  folder,
  environment: {},
  runHook: () => Promise.reject(new Error('not asked')),
  cli: core,
  without: new Set<string>(),
  registering: [core, ...names.map((name) => ({ name, version: '1.0.0', root: '/x' }))],
});
const lock = async (folder: string) => JSON.parse((await contentsOf(folder))['coog.lock'] ?? '') as object;
const mail = '@acme/plugin-mail';

describe('a plugin in a project', () => {
  test('is disabled before the first configure, and enabled again', async () => {
    const folder = await folderWith({});
    expect(await disablePlugin('mail', request(folder, mail))).toEqual({ name: mail, enabled: false, changed: true });
    expect(await lock(folder)).toMatchObject({ format: 1, plugins: {}, disabled: [mail] });
    expect(await disablePlugin(mail, request(folder, mail))).toMatchObject({ changed: false });
    expect(await enablePlugin('mail', request(folder, mail))).toEqual({ name: mail, enabled: true, changed: true });
    expect(await lock(folder)).not.toHaveProperty('disabled');
    expect(await lock(folder)).toMatchObject({ plugins: { [mail]: '1.0.0' } });
    expect(await enablePlugin(mail, request(folder, mail))).toMatchObject({ changed: false });
  });

  test('keeps what else the lock says', async () => {
    const before = {
      format: 1,
      cli: '0.0.9',
      plugins: { [mail]: '0.9.0', '@coog/plugin-b2c': '0.1.0' },
      files: { x: 'y' },
    };
    const folder = await folderWith({ 'coog.lock': JSON.stringify(before) });
    await disablePlugin('mail', request(folder));
    expect(await lock(folder)).toEqual({ ...before, plugins: { '@coog/plugin-b2c': '0.1.0' }, disabled: [mail] });
  });

  test('cannot be the core', async () => {
    const folder = await folderWith({});
    await expect(disablePlugin('@coog/cli', request(folder, mail))).rejects.toMatchObject({
      problems: [{ code: 'PLUGIN_NOT_INSTALLED' }],
    });
    expect(await contentsOf(folder)).toEqual({});
  });
});

describe('a short name', () => {
  const names = ['@coog/plugin-b2c', '@acme/coog-plugin-mail', '@other/plugin-b2c', 'team-sms'];
  test.each([
    ['b2c', '@coog/plugin-b2c'],
    ['mail', '@acme/coog-plugin-mail'],
    ['@other/plugin-b2c', '@other/plugin-b2c'],
    ['team-sms', 'team-sms'],
  ])('%s means %s', (word, name) => {
    expect(installedName(word, names)).toBe(name);
  });

  test.each([
    ['b2', 'did you mean @coog/plugin-b2c?'],
    ['nothing', 'coog plugins:install nothing'],
  ])('%s means none: %s', (word, next) => {
    let thrown: unknown;
    try {
      installedName(word, names);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ problems: [{ code: 'PLUGIN_NOT_INSTALLED', next: expect.stringContaining(next) }] });
  });
});
