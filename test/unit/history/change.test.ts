import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asChange, type Changer, lockFile, projectHistory, stateFolder } from '../../../src/history/index.ts';
import { ExitCode, type Problem, ProblemError } from '../../../src/shared/problem.ts';
import { folderWith } from '../../support/folder.ts';

const changer = (folder: string, more: Partial<Changer> = {}): Changer => ({
  ...{
    folder,
    command: 'up',
    what: 'coog celery',
    user: 'maria',
    host: 'h',
    now: () => new Date(),
    tell: () => undefined,
  },
  ...more,
});
const failing = (code: string, exitCode: ExitCode) => async (): Promise<never> => {
  throw new ProblemError({ code, title: 'it did not work' }, { exitCode });
};
const history = async (folder: string) => (await projectHistory(folder)).entries;

describe('a command that changes a project', () => {
  test('leaves a line: who, what, when, how long, with which result', async () => {
    const folder = await folderWith({});
    const times = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-01T00:00:02.5Z')];
    expect(await asChange(changer(folder, { now: () => times.shift() ?? new Date(0) }), async () => 7)).toBe(7);
    expect(await history(folder)).toEqual([
      {
        ...{ at: '2026-01-01T00:00:00.000Z', command: 'up', what: 'coog celery', user: 'maria', host: 'h' },
        ...{ pid: process.pid, result: 'done', took: 2500 },
      },
    ]);
    expect((await stat(stateFolder(folder))).mode & 0o777).toBe(0o700);
    expect(await readdir(stateFolder(folder))).toEqual(['history.jsonl']);
  });

  test('leaves nothing, no folder either, when it was refused or had nothing to do', async () => {
    const folder = await folderWith({});
    await expect(asChange(changer(folder), failing('PORT_IN_USE', ExitCode.refused))).rejects.toThrow('PORT_IN_USE');
    await asChange(changer(folder), async (change) => change.nothing());
    expect(await readdir(folder)).toEqual([]);
  });

  test.each([
    ['failed', failing('SERVICE_FAILED', ExitCode.failed), ['SERVICE_FAILED']],
    ['interrupted', failing('INTERRUPTED', ExitCode.failed), ['INTERRUPTED']],
    ['failed', () => Promise.reject(new Error('a fault of coog, with a s3cret')), undefined],
  ] as const)('that ends badly is told as %s, by codes alone', async (result, work, problems) => {
    const folder = await folderWith({});
    await expect(asChange(changer(folder), work)).rejects.toThrow();
    expect(await history(folder)).toMatchObject([{ result, ...(problems ? { problems } : {}) }]);
    expect(JSON.stringify(await history(folder))).not.toMatch(/did not work|s3cret/);
    await asChange(changer(folder), async () => undefined);
  });

  test('refuses another one while it works, and names itself', async () => {
    const folder = await folderWith({});
    await asChange(changer(folder), async () => {
      const second = asChange(changer(folder, { command: 'down' }), async () => undefined);
      await expect(second).rejects.toMatchObject({
        exitCode: 2,
        problems: [
          {
            code: 'PROJECT_LOCKED',
            detail: expect.stringMatching(
              new RegExp(`^coog up \\(coog celery\\) of maria, process ${process.pid} on \\S+, since \\d{4}-`),
            ),
          },
        ],
      });
      expect(await history(folder)).toMatchObject([{ command: 'up', result: 'running' }]);
    });
    expect(await history(folder)).toMatchObject([{ command: 'up', result: 'done' }]);
  });

  test('lets others begin as soon as it changes nothing any more, and is told once', async () => {
    const folder = await folderWith({});
    await asChange(changer(folder), async (change) => {
      await change.release();
      await asChange(changer(folder, { command: 'down' }), async () => undefined);
      change.nothing();
    });
    expect((await history(folder)).map(({ command, result }) => [command, result])).toEqual([
      ['down', 'done'],
      ['up', 'done'],
    ]);
  });

  test('finds a killed one, frees its lock and puts it into the history', async () => {
    const folder = await folderWith({});
    const program = join(import.meta.dirname, 'contender.ts');
    const child = spawn(process.execPath, [program, lockFile(folder), join(folder, 'diary'), '1', 'die']);
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child, 'exit');

    expect(await history(folder)).toMatchObject([{ command: 'contend', result: 'killed', pid: child.pid }]);
    await asChange(changer(folder), async () => undefined);
    expect(await history(folder)).toMatchObject([
      { command: 'up', result: 'done' },
      { command: 'contend', result: 'killed', pid: child.pid },
    ]);
  });

  test('says how to free the lock of a machine that is gone', async () => {
    const folder = await folderWith({});
    await mkdir(stateFolder(folder));
    const holder = { owner: 'elsewhere/1/1', command: 'up', what: '', user: 'x', token: 't', since: '2026-01-01' };
    await writeFile(lockFile(folder), JSON.stringify(holder));
    await expect(asChange(changer(folder), async () => undefined)).rejects.toMatchObject({
      problems: [{ code: 'PROJECT_LOCKED', next: expect.stringContaining(`rm ${lockFile(folder)}`) }],
    });
  });

  test('works where the lock cannot be written, and says so: what makes room must not need room', async () => {
    const folder = await folderWith({ '.coog': 'a file, where the folder must be' });
    const told: Problem[] = [];
    const tell = (problems: readonly Problem[]) => void told.push(...problems);
    expect(await asChange(changer(folder, { tell }), async () => 'done')).toBe('done');
    expect(told).toMatchObject([{ code: 'LOCK_NOT_WRITABLE', severity: 'warning' }]);

    await asChange(changer(folder, { tell }), async (change) => change.nothing());
    await expect(asChange(changer(folder, { tell }), failing('X', ExitCode.failed))).rejects.toThrow();
    expect(told).toHaveLength(1);
  });
});
