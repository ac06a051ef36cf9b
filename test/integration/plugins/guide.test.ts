import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Engine } from '../../../src/engine/index.ts';
import { validateExtension } from '../../../src/extension/validate.ts';
import { loadChecks, pluginRows, runTasks, runTasksAfter } from '../../../src/operations/index.ts';
import { renderProject } from '../../../src/testing/index.ts';
import { composeModel } from '../../support/compose-model.ts';
import { COMPOSES } from '../../support/composes.ts';
import { installedCoog } from '../../support/coog.ts';
import { titledBlocks } from '../../support/document-blocks.ts';
import { folderWith, writeFiles } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';
import { core } from '../../support/plugins.ts';
import { npmEnvironment, templatePlugin } from '../../support/template-plugin.ts';

const blocks = titledBlocks('docs/plugins.md');
const ofProject = blocks.filter(({ title }) => title.startsWith('custom/'));
const properties = blocks.filter(({ title }) => title === 'extension');
const ofPlugin = blocks.filter((block) => !ofProject.includes(block) && !properties.includes(block));
const filesOf = (list: typeof blocks) => Object.fromEntries(list.map(({ title, text }) => [title, text]));

/** The plugin of the guide: the template, with every block of the guide in its place. */
async function pluginOfGuide(): Promise<string> {
  const root = await templatePlugin('@team/coog-plugin-mailpit');
  await writeFiles(root, filesOf(ofPlugin));
  const path = join(root, 'package.json');
  const json = JSON.parse(await readFile(path, 'utf8')) as { oclif: object };
  await writeFile(path, JSON.stringify({ ...json, oclif: { ...json.oclif, commands: './src/commands' } }, null, 2));
  const readme = join(root, 'README.md');
  await writeFile(readme, `${await readFile(readme, 'utf8')}\n\`coog mailpit:open\` prints the address.\n`);
  return root;
}

describe('docs/plugins.md', () => {
  test('has blocks of each kind', () => {
    expect(ofProject.map((b) => b.title)).toEqual(['custom/compose/team/mailpit.yml']);
    expect(properties).toHaveLength(2);
    expect(ofPlugin.map((b) => b.title)).toEqual(
      expect.arrayContaining(['src/extension.js', 'variables.yml', 'test/plugin.test.js', 'src/checks/password.js']),
    );
  });

  test.each(COMPOSES)("a team's own service is one file, and Compose %s reads it", async (version) => {
    const coog = await installedCoog();
    const project = await folderWith({ 'env.custom': minimal, ...filesOf(ofProject) });
    expect(await coog.run(project, ['configure'])).toMatchObject({ exitCode: 0, stderr: '' });
    const { services } = await composeModel(version, project);
    expect(services.mailpit).toMatchObject({ image: 'docker.io/axllent/mailpit:v1.27', logging: expect.anything() });
    await writeFile(join(project, 'disabled_services'), 'team/mailpit\n');
    expect(await coog.run(project, ['configure'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect((await composeModel(version, project)).services.mailpit).toBeUndefined();
  });

  test('its plugin passes its own tests as npm test runs them, after npm run manifest', async () => {
    const root = await pluginOfGuide();
    const npm = (...args: string[]) => execa('npm', args, { cwd: root, env: npmEnvironment, extendEnv: false });
    await npm('run', 'manifest');
    const { stdout } = await npm('test');
    expect(stdout).toContain('the page asks for a password where one is set');
    expect(stdout).toMatch(/fail 0\n/);
    const linked = [{ name: '@team/coog-plugin-mailpit', root }];
    const coog = await installedCoog(linked);
    const project = await folderWith({ 'env.custom': `${minimal}PROJECT_HOSTNAME=coog.example.org\n` });
    expect(await coog.run(project, ['mailpit:open'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^https?:\/\/coog\.example\.org\S*\/mails$/),
    });
  });

  test('its default files land where they say', async () => {
    const { files } = await renderProject({ root: await pluginOfGuide(), settings: { PROJECT_HOSTNAME: 'a.example' } });
    expect(files.get('defaults/mailpit/relay.yml')).toBe('host: mail.a.example\n');
    expect(parse(files.get('defaults/mailpit/tags.yml') ?? '')).toEqual({ filters: [] });
    expect([...files.keys()]).toContain('defaults/mailpit/store/');
  });

  test('its tasks, checks and rows do what it says', async () => {
    const root = await pluginOfGuide();
    // The rendered project is gone; programs need a folder to run in.
    const plan = { ...(await renderProject({ root })).plan, folder: root };
    const settings = { ENABLE_MAILPIT: 'false', MAILPIT_PASSWORD: 'x' };
    const off = { ...(await renderProject({ root, settings })).plan, folder: root };
    // A docker of which no container is running.
    const bin = await folderWith({ docker: '#!/bin/sh\nexit 0\n' });
    await execa('chmod', ['+x', join(bin, 'docker')]);
    const engine = { env: { PATH: `${bin}:/usr/bin:/bin` } } as unknown as Engine;
    const said: string[] = [];
    const context = { request: {} as never, say: (message: string) => said.push(message) };

    await runTasksAfter({ moment: 'after-up', plan, engine }, 'it runs', context);
    expect(said).toEqual([expect.stringMatching(/^Mails are caught: http.*\/mails$/)]);
    await runTasks({ moment: 'before-load', plan, engine, database: 'coog' }, context);
    const refused = runTasks({ moment: 'before-load', plan: off, engine, database: 'coog' }, context);
    await expect(refused).rejects.toMatchObject({
      problems: [{ detail: 'mails of coog would go out: ENABLE_MAILPIT is off' }],
    });

    expect(await loadChecks(plan, engine)[0]?.run(30_000)).toMatchObject([{ severity: 'warning' }]);
    expect(await loadChecks(off, engine)[0]?.run(30_000)).toMatchObject([{ severity: 'ok' }]);
    expect(await pluginRows(plan, engine, 30_000)).toEqual([
      { plugin: '@team/coog-plugin-mailpit', name: 'mails', state: 'off', detail: expect.stringMatching(/\/mails$/) },
    ]);
  });

  test.each(properties.map((block) => block.text))('a property is one of the catalogue: %s', (text) => {
    const extension = new Function(`return { apiVersion: 1, ${text} };`)() as unknown;
    const cli = { version: core.version, satisfies: () => true };
    expect(validateExtension(extension, { ...core, name: 'guide' }, cli).problems).toEqual([]);
  });

  test('names every property of the catalogue and every moment', async () => {
    const [text, { shapes }, { taskMoments }] = await Promise.all([
      readFile(join(core.root, 'docs/plugins.md'), 'utf8'),
      import('../../../src/extension/shapes.ts'),
      import('../../../src/extension/index.ts'),
    ]);
    const table = text.slice(text.indexOf('### The catalogue'), text.indexOf('## Fragments'));
    expect(Object.keys(shapes).filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
    const tasks = text.slice(text.indexOf('## Tasks'), text.indexOf('## Checks'));
    expect(taskMoments.filter((moment) => !tasks.includes(`\`${moment}\``))).toEqual([]);
  });
});
