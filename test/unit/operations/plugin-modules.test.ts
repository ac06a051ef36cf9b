import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.ts';
import type { TaskMoment } from '../../../src/extension/index.ts';
import { loadChecks, pluginRows, runTasks, runTasksAfter } from '../../../src/operations/index.ts';
import { ProblemError } from '../../../src/shared/problem.ts';
import { folderWith } from '../../support/folder.ts';
import { goodPlan } from '../../support/planning.ts';
import { core, fakeHook } from '../../support/plugins.ts';

/** Only the environment of the engine is used: programs are real ones. */
const engine = { env: { PATH: process.env.PATH ?? '' } } as unknown as Engine;

const planWith = (extension: object, modules: Readonly<Record<string, string>>) =>
  goodPlan({}, { plugins: [{ name: '@team/mail', answer: { apiVersion: 1, ...extension }, files: modules }] });

const check = (source: string) =>
  planWith({ checks: [{ id: 'queue', title: 'the queue', module: 'c.mjs' }] }, { 'c.mjs': source });

describe('loadChecks', () => {
  it('runs a check with what it needs to know, under the name of its plugin', async () => {
    const plan = await check(`export default async ({ folder, value, images, run }) => [
      { severity: 'warning', title: value('COMPOSE_PROJECT_NAME'), evidence: images.get('postgres'), fix: 'coog up' },
      { severity: 'ok', title: (await run('pwd', [])).trim() === folder ? 'here' : 'elsewhere' },
    ];`);
    const [queue] = loadChecks(plan, engine);
    expect(queue).toMatchObject({ id: '@team/mail/queue', title: 'the queue' });
    expect(await queue?.run(30_000)).toEqual([
      { severity: 'warning', title: 'demo', evidence: expect.stringMatching(/postgres:/), fix: 'coog up' },
      { severity: 'ok', title: 'here' },
    ]);
  });

  it.each([
    ['throws', 'export default () => { throw new Error("no queue\\nat x"); };', 'no queue'],
    ['throws a text', 'export default async () => { throw "no queue"; };', 'no queue'],
    ['throws at import', 'throw new Error("boom");', 'boom'],
    ['is no JavaScript', 'export default (', ''],
    ['exports no function', 'export default [];', 'no function'],
    ['hangs', 'export default () => new Promise(() => {});', 'no answer within 50 ms'],
    ['answers nothing', 'export default async () => {};', 'no list of results'],
    [
      'answers a severity that is none',
      'export default async () => [{severity: "bad", title: "t"}];',
      'no list of results',
    ],
    ['answers null', 'export default async () => [null];', 'no list of results'],
  ])('tells a check that %s as a result', async (_, source, evidence) => {
    const [queue] = loadChecks(await check(source), engine);
    const results = await queue?.run(_ === 'hangs' ? 50 : 30_000);
    expect(results).toHaveLength(1);
    expect(results?.[0]).toMatchObject({ severity: 'error', title: '@team/mail 1.0.0 could not check: the queue' });
    expect(results?.[0]?.evidence).toContain(evidence);
    expect(results?.[0]?.evidence).not.toContain('\n');
  });

  it('tells a missing module, and ends the programs of a check that is late', async () => {
    const missing = await planWith({ checks: [{ id: 'a', title: 'b', module: 'nowhere.mjs' }] }, {});
    expect((await loadChecks(missing, engine)[0]?.run(30_000))?.[0]).toMatchObject({ severity: 'error' });
    const note = await folderWith({});
    const plan = await check(`import { writeFile } from 'node:fs/promises';
      export default ({ run }) => run('sleep', ['600']).catch((error) => writeFile('${note}/ended', error.message));`);
    expect((await loadChecks(plan, engine)[0]?.run(300))?.[0]?.evidence).toBe('no answer within 300 ms');
    await expect
      .poll(async () => (await import('node:fs')).existsSync(`${note}/ended`), { timeout: 20_000 })
      .toBe(true);
  });
});

describe('pluginRows', () => {
  const rows = (source: string) => planWith({ statusRows: [{ id: 'mails', module: 'r.mjs' }] }, { 'r.mjs': source });

  it('gives the rows of a plugin with its name', async () => {
    const plan = await rows(`export default async () => [{ name: 'outbox', state: 'empty', detail: '0 mails' }];`);
    expect(await pluginRows(plan, engine, 30_000)).toEqual([
      { plugin: '@team/mail', name: 'outbox', state: 'empty', detail: '0 mails' },
    ]);
  });

  it.each([
    ['throws', 'export default async () => { throw new Error("no"); };', 'no'],
    ['hangs', 'export default () => new Promise(() => {});', 'no answer within 50 ms'],
    ['answers numbers', 'export default async () => [{name: "a", state: 1, detail: ""}];', 'no list of rows'],
  ])('has a row that says so for one that %s', async (_, source, detail) => {
    expect(await pluginRows(await rows(source), engine, _ === 'hangs' ? 50 : 30_000)).toEqual([
      { plugin: '@team/mail', name: 'mails', state: 'unknown', detail: expect.stringContaining(detail) },
    ]);
  });
});

describe('tasks', () => {
  const tasks = (moment: TaskMoment, ...sources: string[]) =>
    planWith(
      { tasks: sources.map((_, i) => ({ id: `t-${i}`, moment, title: `task ${i}`, module: `t${i}.mjs` })) },
      Object.fromEntries(sources.map((source, i) => [`t${i}.mjs`, source])),
    );
  const contextOf = async (folder: string) => {
    const said: string[] = [];
    const runHook = await fakeHook([]);
    const request = { folder, environment: {}, runHook, cli: core, without: new Set<string>() };
    return { said, request, say: (message: string) => said.push(message) };
  };
  const problemsOf = async (work: Promise<unknown>): Promise<ProblemError> => {
    const error: unknown = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error instanceof ProblemError) return error;
    throw new Error(`no problem was told: ${String(error)}`);
  };
  const speaking = (word: string) =>
    `export default async ({ say, moment, database }) => say(\`${word} \${moment} \${database}\`);`;
  const failing = 'export default async () => { throw new Error("not today"); };';

  it('run in their order and know their moment and the database', async () => {
    const plan = await tasks('before-load', speaking('a'), speaking('b'));
    const context = await contextOf(plan.folder);
    expect(await runTasks({ moment: 'before-load', plan, engine, database: 'shop' }, context)).toBe(false);
    expect(context.said).toEqual(['a before-load shop', 'b before-load shop']);
    await runTasks({ moment: 'after-load', plan, engine }, context);
    expect(context.said).toHaveLength(2);
  });

  it('before something stop it, and say what is unchanged', async () => {
    const plan = await tasks('before-load', failing, speaking('b'));
    const context = await contextOf(plan.folder);
    const error = await problemsOf(runTasks({ moment: 'before-load', plan, engine, database: 'shop' }, context));
    expect(error.exitCode).toBe(1);
    expect(error.problems).toMatchObject([
      { code: 'TASK_FAILED', title: '@team/mail: task 0 failed; shop is what it was', detail: 'not today' },
    ]);
    expect(error.problems[0]?.next).toBe('coog db:load again, or add --without-plugin @team/mail');
    expect(context.said).toEqual([]);
  });

  it('after something all run, and each that failed is told with what stands', async () => {
    const plan = await tasks('after-up', failing, speaking('b'), 'export default 1;');
    const context = await contextOf(plan.folder);
    const error = await problemsOf(runTasksAfter({ moment: 'after-up', plan, engine }, 'the project runs', context));
    expect(error.exitCode).toBe(1);
    expect(error.problems.map((p) => [p.code, p.title])).toEqual([
      ['TASK_FAILED', '@team/mail: task 0 failed; the project runs'],
      ['TASK_FAILED', '@team/mail: task 2 failed; the project runs'],
    ]);
    expect(context.said).toEqual(['b after-up undefined']);
  });

  it('set variables in prepare only', async () => {
    const setting = `export default ({ setVariable }) => setVariable('COMPOSE_PROJECT_NAME', 'other');`;
    const plan = await tasks('before-up', setting);
    const context = await contextOf(plan.folder);
    const error = await problemsOf(runTasks({ moment: 'before-up', plan, engine }, context));
    expect(error.problems[0]?.detail).toContain('prepare only');
    const early = await tasks('prepare', setting);
    expect(await runTasks({ moment: 'prepare', plan: early, engine }, await contextOf(early.folder))).toBe(true);
  });
});
