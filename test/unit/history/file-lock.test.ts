import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { holderOf, takeLock } from '../../../src/history/index.ts';
import { until } from '../../support/e2e/until.ts';
import { folderWith } from '../../support/folder.ts';

const wish = { command: 'up', what: 'coog', user: 'maria', now: new Date('2026-01-01T00:00:00Z') };

const contender = (lock: string, diary: string, rounds: number, fate = ''): ChildProcess => {
  const program = join(import.meta.dirname, 'contender.ts');
  const child = spawn(process.execPath, [program, lock, diary, String(rounds), fate], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const diaryOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

async function places(): Promise<{ lock: string; diary: string; folder: string }> {
  const folder = await folderWith({ diary: '' });
  return { folder, lock: join(folder, '.coog', 'lock'), diary: join(folder, 'diary') };
}

describe('a lock', () => {
  test('is a file that only its owner reads, and says who has it, at what, since when', async () => {
    const { lock } = await places();
    const taking = await takeLock(lock, wish);

    expect(taking).toMatchObject({ taken: true, dead: undefined });
    expect((await stat(lock)).mode & 0o777).toBe(0o600);
    expect(await holderOf(lock)).toMatchObject({
      owner: expect.stringMatching(new RegExp(`^${hostname()}/${process.pid}/\\d+$`)),
      ...{ user: 'maria', command: 'up', what: 'coog', since: '2026-01-01T00:00:00.000Z' },
    });
  });

  test('is had by one alone, who is named to the others; it is free when it is released', async () => {
    const { lock, folder } = await places();
    const first = await takeLock(lock, wish);
    const second = await takeLock(lock, { ...wish, command: 'down' });

    expect(second).toMatchObject({ taken: false, holder: { command: 'up', user: 'maria' } });
    if (first.taken) await first.release();
    expect(await takeLock(lock, { ...wish, command: 'down' })).toMatchObject({ taken: true });
    expect(await readdir(join(folder, '.coog'))).toEqual(['lock']);
  });

  test('released twice takes nothing from who has it then', async () => {
    const { lock } = await places();
    const first = await takeLock(lock, wish);
    if (!first.taken) throw new Error('it was free');
    await first.release();
    await takeLock(lock, { ...wish, command: 'down' });
    await first.release();
    expect(await holderOf(lock)).toMatchObject({ command: 'down' });
  });

  test('of a process that was killed is free at once, and names the dead', async () => {
    const { lock, diary, folder } = await places();
    const dying = contender(lock, diary, 1, 'die');
    await once(dying, 'exit');

    expect(await holderOf(lock)).toMatchObject({ command: 'contend' });
    const taking = await takeLock(lock, wish);
    expect(taking).toMatchObject({ taken: true, dead: { command: 'contend', user: 'test' } });
    expect(await readdir(join(folder, '.coog'))).toEqual(['lock']);
  });

  test('of a process that lives is not, whatever age it has', async () => {
    const { lock, diary } = await places();
    const staying = contender(lock, diary, 1, 'stay');
    await until('the lock', async () => (await holderOf(lock)) !== undefined);
    expect(await takeLock(lock, wish)).toMatchObject({ taken: false, holder: { command: 'contend' } });
    staying.kill('SIGKILL');
    await once(staying, 'exit');
    expect(await takeLock(lock, wish)).toMatchObject({ taken: true });
  });

  test('of another machine stays, and so does one that says nothing', async () => {
    const { lock, folder } = await places();
    await mkdir(join(folder, '.coog'));
    await writeFile(lock, JSON.stringify({ owner: 'elsewhere/1/1', command: 'up', token: 'x', since: '2020' }));
    expect(await takeLock(lock, wish)).toMatchObject({ taken: false, holder: { owner: 'elsewhere/1/1' } });
    for (const content of ['', 'null', '{"owner":', '[]']) {
      await writeFile(lock, content);
      expect(await takeLock(lock, wish)).toMatchObject({ taken: false, holder: undefined });
    }
  });
});

test('many who find a dead one at once: never two of them have the lock', async () => {
  const { lock, diary, folder } = await places();
  await once(contender(lock, diary, 1, 'die'), 'exit');
  await writeFile(diary, '');

  const all = Array.from({ length: 6 }, () => contender(lock, diary, 5));
  const codes = await Promise.all(all.map(async (child) => (await once(child, 'exit'))[0]));

  expect(codes).toEqual(all.map(() => 0));
  const lines = diaryOf(await readFile(diary, 'utf8'));
  expect(lines).toHaveLength(60);
  for (let at = 0; at < lines.length; at += 2) expect(lines[at + 1]).toBe(lines[at]?.replace('in', 'out'));
  expect(await readdir(join(folder, '.coog'))).toEqual([]);
});

test('who dies while it takes a dead one away leaves a lock that can be taken', async () => {
  const { lock, diary, folder } = await places();
  await once(contender(lock, diary, 1, 'die'), 'exit');
  const dead = await holderOf(lock);
  // The lock for taking it away, of a process that died at that.
  await writeFile(`${lock}.${dead?.token}`, JSON.stringify({ ...dead, token: 'another' }));

  expect(await takeLock(lock, wish)).toMatchObject({ taken: true });
  expect(await readdir(join(folder, '.coog'))).toEqual(['lock']);
});
