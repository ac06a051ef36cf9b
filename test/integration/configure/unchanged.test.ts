import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coog, installedCoog, returning } from '../../support/coog.ts';
import { folderWith, writeFiles } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

const MARK = 'this answer was remembered';
const plugin = { name: 'coog-plugin-team', hook: returning({ apiVersion: 1 }), files: { 'notes.md': 'nothing' } };

interface Remembering {
  readonly folder: string;
  readonly cache: string;
  readonly coog: Coog;
  readonly configure: () => Promise<string>;
}

/** A project whose next `configure` answers from memory: the remembered text is changed, so that it shows. */
async function givenRemembered(files = {}): Promise<Remembering> {
  const folder = await folderWith({ 'env.custom': minimal, 'custom/notes': '', 'custom/compose/': '', ...files });
  const cache = await folderWith();
  const coog = await installedCoog([plugin]);
  const configure = async () => {
    const ran = await coog.run(folder, ['configure'], { XDG_CACHE_HOME: cache });
    expect(ran.exitCode, ran.stderr).toBe(0);
    return ran.stdout;
  };
  await configure();
  // What was written a moment ago may be written again in the same tick of the file system's clock.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await configure()).toContain('nothing to change');
  const records = join(cache, 'coog/unchanged');
  for (const name of await readdir(records)) {
    const record = JSON.parse(await readFile(join(records, name), 'utf8')) as object;
    await writeFile(join(records, name), JSON.stringify({ ...record, answer: MARK }));
  }
  expect(await configure(), 'nothing was remembered').toBe(MARK);
  return { folder, cache, coog, configure };
}

const pluginRoot = async ({ coog, folder }: Remembering): Promise<string> => {
  const { stdout } = await coog.run(folder, ['plugins', '--json']);
  const found = (JSON.parse(stdout) as { name: string; root: string }[]).find(({ name }) => name === plugin.name);
  return found?.root ?? '';
};

/** One of each kind; how a change of a file shows is tested with the stamps. */
const changes: Readonly<Record<string, (project: Remembering) => Promise<unknown>>> = {
  'a line of env.custom': ({ folder }) => appendFile(join(folder, 'env.custom'), 'COOG_LOG_LEVEL=DEBUG\n'),
  'a fragment of the team': ({ folder }) =>
    writeFiles(folder, { 'custom/compose/team/one.yml': 'services: {one: {image: one:1}}' }),
  'a generated file that is gone': ({ folder }) => rm(join(folder, 'coog.generated.yml')),
  'the code of a plugin': async (project) => appendFile(join(await pluginRoot(project), 'hook.js'), '// changed\n'),
  'a folder of the scripts': ({ folder }) => writeFiles(folder, { 'env.base': '' }),
};

describe('coog configure remembers that nothing was to be done', () => {
  it.each(Object.entries(changes))('and forgets it after %s', async (_, change) => {
    const project = await givenRemembered();

    await change(project);

    expect(await project.configure()).not.toBe(MARK);
  });

  it('and forgets it under another environment, or with other words', async () => {
    const { folder, cache, coog } = await givenRemembered();
    const run = (args: string[], more = {}) => coog.run(folder, args, { XDG_CACHE_HOME: cache, ...more });

    const terminal = { TERM: 'vt100', SHLVL: '7' };
    expect((await run(['configure'], terminal)).stdout, 'a terminal is no environment').toBe(MARK);
    expect((await run(['configure'], { COOG_LOG_LEVEL: 'DEBUG' })).stdout).not.toBe(MARK);
    expect((await run(['configure', '--json'])).stdout).not.toContain(MARK);
  });

  it('never in a project with warnings: they are told each time', async () => {
    const folder = await folderWith({ 'env.custom': `${minimal}COOG_LOG_LEVLE=DEBUG\n` });
    const coog = await installedCoog();
    for (const _ of [1, 2, 3]) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await coog.run(folder, ['configure'])).stderr).toContain('COOG_LOG_LEVLE');
    }
  });

  it('works without a cache folder that can be written', async () => {
    const folder = await folderWith({ 'env.custom': minimal, cache: 'a file' });
    const coog = await installedCoog();
    for (const _ of [1, 2])
      expect((await coog.run(folder, ['configure'], { XDG_CACHE_HOME: join(folder, 'cache') })).exitCode).toBe(0);
  });
});
