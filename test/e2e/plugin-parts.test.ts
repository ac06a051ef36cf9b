import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkPlugins, returning } from '../support/coog.ts';
import { summary } from '../support/e2e/containers.ts';
import { givenProjectOf, probe, sleeper } from '../support/e2e/light.ts';
import { jsonOf, thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { type Files, folderWith, writeFiles } from '../support/folder.ts';

const moments = ['before-up', 'after-up', 'before-down', 'after-down'];

/** Writes a line into the project for every task: its moment, and what runs at that time. */
const noting = `import { appendFile } from 'node:fs/promises';
export default async ({ folder, moment, run, value }) => {
  const filter = 'label=com.docker.compose.project=' + value('COMPOSE_PROJECT_NAME');
  const running = (await run('docker', ['ps', '-q', '--filter', filter])).split('\\n').filter(Boolean).length;
  await appendFile(folder + '/moments', moment + ' ' + running + '\\n');
};
`;
const failing = 'export default async () => { throw new Error("not today"); };\n';

/** A light project with a plugin of these files; `t.js` is the module of all tasks. */
async function givenProjectWithPlugin(files: Files): Promise<{ project: Project; home: string }> {
  const home = await folderWith({});
  const tasks = moments.map((moment) => ({ id: moment, moment, title: `work ${moment}`, module: 't.js' }));
  const statusRows = [
    { id: 'rows', module: 'rows.js' },
    { id: 'hangs', module: 'hangs.js' },
  ];
  await linkPlugins(home, [
    {
      name: '@team/parts',
      hook: returning({ apiVersion: 1, tasks, statusRows }),
      files: {
        'rows.js':
          "export default async ({ images }) => [{ name: 'queue', state: 'empty', detail: String(images.size) }];\n",
        'hangs.js': 'export default () => new Promise(() => {});\n',
        ...files,
      },
    },
  ]);
  const env = { XDG_DATA_HOME: join(home, 'data') };
  return { project: await givenProjectOf({ back: sleeper({ ...probe('true'), restart: 'no' }) }, { env }), home };
}

test('tasks run at their moments, around what happens to the containers', async () => {
  const { project } = await givenProjectWithPlugin({ 't.js': noting });

  thenItSucceeded(await project.coog('up', '-d'));
  expect(await project.read('moments')).toBe('before-up 0\nafter-up 1\n');

  thenItSucceeded(await project.coog('down'));
  expect(await project.read('moments')).toBe('before-up 0\nafter-up 1\nbefore-down 1\nafter-down 0\n');
});

test('a task that fails before the start stops it; one that fails after it is told, and the project runs', async () => {
  const { project, home } = await givenProjectWithPlugin({ 't.js': failing });

  const before = theProblem(await project.coog('up', '-d', '--json'), 1, 'TASK_FAILED');
  expect(before).toMatchObject({
    title: '@team/parts: work before-up failed; no service was changed',
    detail: 'not today',
  });
  expect(before.next).toContain('--without-plugin @team/parts');
  expect(await project.containers()).toEqual([]);

  const late =
    'export default async ({ moment }) => { if (!moment.startsWith("before")) throw new Error("not today"); };\n';
  await writeFiles(join(home, 'plugin-0'), { 't.js': late });
  const after = theProblem(await project.coog('up', '-d', '--json'), 1, 'TASK_FAILED');
  expect(after.title).toBe('@team/parts: work after-up failed; the project runs');
  expect(summary(await project.containers())).toEqual(['back running healthy']);

  const down = theProblem(await project.coog('down', '--json'), 1, 'TASK_FAILED');
  expect(down.title).toBe(`@team/parts: work after-down failed; ${project.name} is down; its data is kept`);
  expect(await project.containers()).toEqual([]);
});

test('a project that cannot be planned comes down all the same, without the tasks, and says so', async () => {
  const { project } = await givenProjectWithPlugin({ 't.js': noting });
  thenItSucceeded(await project.coog('up', '-d'));
  await project.write({ 'env.custom': 'COMPOSE_PROJECT_NAME=$(rm -rf /)\n' });

  const down = await project.coog('down');

  thenItSucceeded(down);
  expect(down.stderr.replace(/\n +/g, ' ')).toContain('what its plugins do before and after this is left out');
  expect(await project.containers()).toEqual([]);
  expect(await project.read('moments')).toBe('before-up 0\nafter-up 1\n');
});

test('coog status shows the rows of plugins; one that hangs has a row that says so', async () => {
  const { project } = await givenProjectWithPlugin({ 't.js': noting });

  const rows = async () => jsonOf<{ rows: object[] }>(await project.coog('status', '--json')).rows;

  const [, hangs] = await rows();
  expect(hangs).toEqual({ plugin: '@team/parts', name: 'hangs', state: 'unknown', detail: 'no answer within 2000 ms' });
  // A machine that is busy may need more than its two seconds even for a plugin that answers at once.
  const queue = { plugin: '@team/parts', name: 'queue', state: 'empty', detail: expect.stringMatching(/^\d+$/) };
  await expect.poll(async () => (await rows())[0], { timeout: 120_000 }).toEqual(queue);
  const shown = await project.coog('status');
  thenItSucceeded(shown);
  expect(shown.stdout).toMatch(/hangs +unknown +no answer within 2000 ms +@team\/parts/);
});

test('a broken module is told with its plugin, and nothing was started', async () => {
  const { project } = await givenProjectWithPlugin({ 't.js': 'throw new Error("boom at import");\n' });

  const [problem] = thenItTold(await project.coog('up', '-d', '--json'), 1, ['TASK_FAILED']);

  expect(problem).toMatchObject({ detail: 'boom at import' });
  expect(await project.containers()).toEqual([]);
});
