import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../../src/history/index.ts';
import { installedCoog } from '../../support/coog.ts';
import { folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

interface Entry {
  readonly command: string;
  readonly what: string;
  readonly result: string;
}
const project = () => folderWith({ 'env.custom': minimal });
const historyOf = async (folder: string, ...args: string[]): Promise<Entry[]> => {
  const { stdout } = await (await installedCoog()).run(folder, ['history', '--json', ...args]);
  return (JSON.parse(stdout) as { history: Entry[] }).history;
};

describe('coog history', () => {
  it('of a project in which nothing was changed', async () => {
    const folder = await project();
    const shown = await (await installedCoog()).run(folder, ['history']);
    expect(shown).toMatchObject({ exitCode: 0, stdout: 'nothing was changed yet, as far as is known', stderr: '' });
  });

  it('shows names and never a value', async () => {
    const folder = await project();
    const coog = await installedCoog();
    await coog.run(folder, ['config:set', 'COOG_SERVER_WORKERS=4', 'JWT_ENCRYPTION=s3cret-of-mine']);
    await coog.run(folder, ['config:set', 'COOG_SERVER_WORKERS=4']);
    await coog.run(folder, ['config:unset', 'COOG_SERVER_WORKERS']);
    await coog.run(folder, ['config:set', 'NO_SUCH_VARIABLE=s3cret-of-mine']);
    await coog.run(folder, ['configure']);
    await coog.run(folder, ['configure']);

    expect((await historyOf(folder)).map(({ command, what, result }) => [command, what, result])).toEqual([
      ['configure', '', 'done'],
      ['config:unset', 'COOG_SERVER_WORKERS', 'done'],
      ['config:set', 'COOG_SERVER_WORKERS JWT_ENCRYPTION', 'done'],
    ]);
    expect(await readFile(join(folder, '.coog/history.jsonl'), 'utf8')).not.toContain('s3cret');
    expect((await historyOf(folder, '--command', 'configure')).map(({ command }) => command)).toEqual(['configure']);
    const table = await coog.run(folder, ['history', '--last', '1']);
    expect(table.stdout).toMatch(
      /^WHEN +WHO +RESULT +TOOK +COMMAND +WHAT\n[-\d]+ [:\d]+ +\S+ +done +[\d.]+ s +configure$/,
    );
    expect(table.stderr).toBe('2 more: --last 3');
  });

  it('tells torn lines, and shows the others', async () => {
    const folder = await project();
    const coog = await installedCoog();
    await coog.run(folder, ['config:set', 'COOG_SERVER_WORKERS=4']);
    await writeFile(join(folder, '.coog/history.jsonl'), '{"at":"2026', { flag: 'a' });
    const { stdout, stderr } = await coog.run(folder, ['history']);
    expect(stdout).toContain('config:set');
    expect(stderr).toContain('1 lines of the history are torn');
  });
});

describe('while a command works on a project', () => {
  const changing = [
    ...[['up', '-d'], ['down'], ['restart'], ['pull'], ['configure'], ['config:set', 'COOG_SERVER_WORKERS=4']],
    ...[['config:unset', 'COMPOSE_PROJECT_NAME'], ['db:load', 'x', '--yes'], ['db:reset', '--yes'], ['db:update']],
    ...[['db:undo', '--yes'], ['db:prune', '--yes'], ['db:change-admin-password'], ['db:snapshot:create', 'x']],
    ...[
      ['db:snapshot:restore', 'x'],
      ['db:snapshot:drop', 'x'],
      ['mongo:load', 'x', '--yes'],
    ],
  ];

  it.each(changing)('coog %s is refused, and nothing is changed', async (...words) => {
    const folder = await project();
    const user = 'maria';
    const lock = join(folder, '.coog/lock');
    await takeLock(lock, { command: 'upgrade', what: '2.14', user, now: new Date() });
    const before = await readFile(lock, 'utf8');

    const ran = await (await installedCoog()).run(folder, [...words, '--json']);

    expect(ran.exitCode, ran.stderr).toBe(2);
    const [problem] = (JSON.parse(ran.stdout) as { problems: { code: string; detail: string }[] }).problems;
    expect(problem).toMatchObject({ code: 'PROJECT_LOCKED' });
    expect(problem?.detail).toContain(`coog upgrade (2.14) of maria, process ${process.pid} on `);
    expect(await readFile(join(folder, 'env.custom'), 'utf8')).toBe(minimal);
    expect(await readFile(lock, 'utf8')).toBe(before);
  });

  it.each([['config:list'], ['configure', '--check'], ['history']])('coog %s looks all the same', async (...words) => {
    const folder = await project();
    await takeLock(join(folder, '.coog/lock'), { command: 'up', what: '', user: 'maria', now: new Date() });
    const ran = await (await installedCoog()).run(folder, words);
    expect(ran.stderr).not.toContain('PROJECT_LOCKED');
    expect(ran.exitCode).not.toBe(2);
  });
});

it('where the lock cannot be written the work is done all the same, with a warning', async () => {
  const folder = await project();
  await writeFile(join(folder, '.coog'), 'a file in the place of the folder');
  const ran = await (await installedCoog()).run(folder, ['config:set', 'COOG_SERVER_WORKERS=4']);
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain('the lock of this project cannot be written');
  expect(await readFile(join(folder, 'env.custom'), 'utf8')).toContain('COOG_SERVER_WORKERS=4');
});
