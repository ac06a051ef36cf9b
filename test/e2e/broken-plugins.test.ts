import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answering, brokenPlugins, type PluginSource } from '../support/broken-plugins.ts';
import { linkPlugin } from '../support/coog.ts';
import { givenProjectOf, sleeper } from '../support/e2e/light.ts';
import type { Project } from '../support/e2e/project.ts';
import { writeFiles } from '../support/folder.ts';

const name = '@team/bad';

/** A plugin that works, with a service of its own. */
const good: PluginSource = answering(
  { fragments: 'compose' },
  { 'compose/team/plugged.yml': JSON.stringify({ services: { plugged: sleeper() } }) },
);

const commandThatThrows: PluginSource = {
  ...good,
  files: { ...good.files, 'commands/bad.js': 'throw new Error("boom of the command");' },
};

/** Makes the plugin that is linked into the home of the project's user what is given, and nothing else. */
async function givenPlugin(project: Project, source: PluginSource): Promise<void> {
  const data = join(project.folder, '..', 'home', 'data', 'coog');
  const root = join(data, 'plugin');
  await rm(root, { recursive: true, force: true });
  const linked = await linkPlugin(root, { name, ...source });
  await writeFiles(data, { 'package.json': JSON.stringify({ name: 'coog', oclif: { plugins: [linked] } }) });
}

const running = async (project: Project): Promise<string[]> =>
  (await project.containers())
    .filter(({ state }) => state === 'running')
    .map(({ id }) => id)
    .sort();

/** The twelve of which the contract speaks; the last is judged apart. */
const kinds = [
  ...['throws', 'hangs', 'returns a wrong type', 'ships a service that exists', 'declares a variable that exists'],
  ...['wants to be after itself', 'lacks a file', 'ships invalid YAML', 'leaves its folder'],
  ...['is for a newer contract', 'has a range that is none'],
];

test('a plugin that breaks while the project runs is named, and no container is touched', async () => {
  const project = await givenProjectOf({ own: sleeper() });
  const user = project.with({ XDG_DATA_HOME: join(project.folder, '..', 'home', 'data'), NODE_ENV: 'production' });
  await givenPlugin(user, good);
  expect(await user.coog('up', '-d')).toMatchObject({ exitCode: 0 });
  const before = await running(user);
  expect(before).toHaveLength(2);
  expect(brokenPlugins.map(([kind]) => kind)).toEqual(expect.arrayContaining(kinds));

  for (const [kind, source, said] of brokenPlugins.filter(([what]) => kinds.includes(what))) {
    await givenPlugin(user, source);
    const refused = await user.coog('up', '-d');
    expect(refused, kind).toMatchObject({ exitCode: 2, stdout: '' });
    const told = refused.stderr.replace(/\n +/g, ' ');
    expect(told, kind).toMatch(said);
    expect(told, kind).toContain(name);
    expect(told, kind).toContain(`--without-plugin ${name}`);
    expect((await user.coog('--help')).exitCode, kind).toBe(0);
    const listed = await user.coog('plugins');
    expect(listed, kind).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`${name} is broken: `) });
    const status = await user.coog('status');
    expect(status.exitCode, kind).toBe(0);
    expect(status.stdout, kind).toMatch(/^own +running/m);
    expect(status.stdout, kind).toMatch(/^plugged +running/m);
    expect(status.stderr, kind).toContain(name);
    expect(await running(user), kind).toEqual(before);
  }

  await givenPlugin(user, commandThatThrows);
  const up = await user.coog('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  expect(up.stderr.replace(/\s+/g, ' ')).toContain(`the command bad of ${name} cannot be loaded: boom of the command`);
  for (const words of [['--help'], ['plugins'], ['status']]) {
    const { exitCode, stderr } = await user.coog(...words);
    expect(exitCode).toBe(0);
    expect(stderr).toContain(name);
  }
  expect(await running(user)).toEqual(before);
});
