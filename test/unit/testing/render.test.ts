import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { renderProject } from '../../../src/testing/index.ts';
import { folderWith } from '../../support/folder.ts';
import { templatePlugin } from '../../support/template-plugin.ts';

describe('renderProject', () => {
  it('gives services with the value of every variable, beside those of the core', async () => {
    const root = await templatePlugin();
    const { services, value, files, warnings, networks } = await renderProject({
      root,
      settings: { MAIL_TOKEN: 'it$ "odd"', CUSTOM_POSTGRES_PASSWORD: 'pw' },
    });
    expect(services.mail).toMatchObject({
      image: 'docker.io/library/nginx:1-alpine',
      environment: { MAIL_TOKEN: 'it$ "odd"' },
      healthcheck: { test: ['CMD-SHELL', 'wget -q -O /dev/null http://127.0.0.1/'] },
    });
    expect(services.postgres).toMatchObject({ image: expect.stringMatching(/^\S+:\S+$/) });
    expect(Object.keys(networks)).toContain('backend');
    expect(value('POSTGRES_PASSWORD')).toBe('pw');
    expect(files.get('env/mail.env')).toContain('never touched again');
    expect(warnings).toEqual([]);
  });

  it('takes files of the project in', async () => {
    const { services } = await renderProject({
      root: await templatePlugin(),
      files: { disabled_services: 'mail/mail\n' },
    });
    expect(services.mail).toBeUndefined();
  });

  it('takes other plugins in', async () => {
    const [root, other] = [await templatePlugin('mail'), await templatePlugin('shop')];
    expect(Object.keys((await renderProject({ root, others: [other] })).services)).toEqual(
      expect.arrayContaining(['mail', 'shop']),
    );
  });

  it.each([
    [{ settings: { ENABLE_MAIL: 'perhaps' } }, /^VALUE_INVALID: ENABLE_MAIL/],
    [{ settings: { IMAGE_VERSION_MIAL: '1' } }, undefined],
    [{ files: { 'override.yml': 'services: [' } }, /^[A-Z_]+: /],
  ])('rejects with every problem of %j', async (options, said) => {
    const work = renderProject({ root: await templatePlugin(), ...options });
    if (said) await expect(work).rejects.toThrow(said);
    // A name that nobody knows is a warning, as for a user.
    else expect((await work).warnings.map((w) => w.code)).toEqual(['VARIABLE_UNKNOWN']);
  });

  it('says what a folder without a plugin lacks', async () => {
    await expect(renderProject({ root: await folderWith({}) })).rejects.toThrow('package.json');
    const files = { 'package.json': '{"name": "p", "version": "1.0.0"}' };
    await expect(renderProject({ root: await folderWith(files) })).rejects.toThrow('coog:extension');
  });

  it('takes a plugin of commands alone', async () => {
    const json = { name: 'p', version: '1.0.0', oclif: { commands: './src/commands' } };
    const root = await folderWith({ 'package.json': JSON.stringify(json) });
    expect((await renderProject({ root })).plan.plugins).toEqual([]);
  });

  it('leaves no folder behind, also when it rejects', async () => {
    const ours = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('coog-test-rendered-'));
    const before = await ours();
    const root = await templatePlugin();
    await renderProject({ root });
    await renderProject({ root, settings: { ENABLE_MAIL: 'perhaps' } }).catch(() => undefined);
    expect((await ours()).filter((name) => !before.includes(name))).toEqual([]);
  });
});
