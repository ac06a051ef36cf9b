import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answering, brokenPlugins } from '../../support/broken-plugins.ts';
import { installedCoog, type LinkedPlugin, linkedB2c } from '../../support/coog.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

const project = () => folderWith({ 'env.custom': minimal });
const fragment = 'services: {thing: {image: x}}\n';
describe('a plugin that', () => {
  it.each(brokenPlugins)(
    '%s is refused by its name, nothing is written, and --without-plugin gets out',
    async (_, plugin, said) => {
      const coog = await installedCoog([{ name: '@team/bad', ...plugin }]);
      const folder = await project();
      const refused = await coog.run(folder, ['configure']);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr.replace(/\n +/g, ' ')).toMatch(said);
      expect(refused.stderr).toContain('@team/bad');
      expect(refused.stderr).toContain('--without-plugin');
      expect(refused.stderr).not.toMatch(/node_modules|at async |UNEXPECTED/);
      expect(Object.keys(await contentsOf(folder))).toEqual(['env.custom']);
      const out = await coog.run(folder, ['configure', '--without-plugin', '@team/bad']);
      expect(out).toMatchObject({ exitCode: 0, stderr: '' });
    },
  );

  it('all of them are named in one run, and leaving them out one by one gets out', async () => {
    const some = brokenPlugins.filter(([what]) => what !== 'wants to be after itself').slice(0, 9);
    const plugins = some.map(([, plugin], i) => ({ name: `@team/bad-${i}`, ...plugin }));
    const coog = await installedCoog([...plugins, linkedB2c]);
    const folder = await project();
    const { exitCode, stderr } = await coog.run(folder, ['configure']);
    expect(exitCode).toBe(2);
    for (const { name } of plugins) expect(stderr).toContain(name);
    const without = plugins.flatMap(({ name }) => ['--without-plugin', name]);
    expect(await coog.run(folder, ['configure', ...without])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('exports no function is refused', async () => {
    const coog = await installedCoog([{ name: '@team/bad', hook: 'export default { apiVersion: 1 };' }]);
    const { exitCode, stderr } = await coog.run(await project(), ['configure']);
    expect(stderr).toContain('@team/bad');
    expect(exitCode).toBe(2);
  });

  it('fails does not stop --help, plugins and --version', async () => {
    const coog = await installedCoog([{ name: '@team/bad', hook: 'throw new Error("boom");' }]);
    for (const args of [['--help'], ['plugins'], ['--version']])
      expect((await coog.run(await project(), args)).exitCode, args.join()).toBe(0);
  });

  it('leads out of its package by a link is refused', async () => {
    const coog = await installedCoog([
      { name: '@team/bad', ...answering({ fragments: 'c' }, { 'c/g/a.yml': fragment }) },
    ]);
    const folder = await project();
    const { stdout } = await coog.run(folder, ['plugins', '--json']);
    const root =
      (JSON.parse(stdout) as { name: string; root: string }[]).find((p) => p.name === '@team/bad')?.root ?? '';
    await rm(join(root, 'c/g/a.yml'));
    await symlink(join(folder, 'env.custom'), join(root, 'c/g/a.yml'));
    const { exitCode, stderr } = await coog.run(folder, ['configure']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('PLUGIN_FILE_OUTSIDE');
  });
});

describe('plugins that work', () => {
  const team: LinkedPlugin = {
    name: '@team/good',
    ...answering(
      { after: ['@coog/plugin-b2c'], fragments: 'c', variables: 'v.yml', patches: 'p', defaults: 'd', cli: '>=0.1 <1' },
      {
        'c/team/thing.yml': 'services: {thing: {image: "x:${TEAM_TAG}", env_file: [env/thing.env]}}',
        'v.yml': 'groups: {team: {variables: {TEAM_TAG: {description: d, set-by: [TEAM_TAG], default: "1"}}}}',
        'p/a.yml': 'services: {b2c-front: {labels: {team: "yes"}}}',
        'd/files.yml': 'files: [{from: thing.conf.tmpl, to: thing/thing.conf}]',
        'd/thing.conf.tmpl': 'host=${PROJECT_HOSTNAME}\n',
        'd/env/thing.env': 'THING=1\n',
      },
    ),
  };

  it('give the same files whichever is found first', async () => {
    const results = [];
    for (const plugins of [
      [team, linkedB2c],
      [linkedB2c, team],
    ]) {
      const folder = await project();
      const ran = await (await installedCoog(plugins)).run(folder, ['configure']);
      expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
      // What was done when is a project's own.
      const { '.coog/history.jsonl': _, ...files } = await contentsOf(folder);
      results.push(files);
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]).toMatchObject({
      'thing/thing.conf': expect.stringMatching(/^host=.+/),
      'env/thing.env': 'THING=1\n',
    });
    expect(results[0]?.['coog.generated.yml']).toContain('b2c/front of @coog/plugin-b2c, changed by @team/good');
    expect(JSON.parse(results[0]?.['coog.lock'] ?? '{}')).toMatchObject({ plugins: { '@team/good': '1.0.0' } });
  });
});
