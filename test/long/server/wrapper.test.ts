import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { SCRIPT } from '../../../src/database/client/wrapper.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The shells of Debian's and Alpine's images, and of this machine. */
const shells = [['dash'], ['bash'], ['busybox', 'sh']].filter(([name = '']) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, name))),
);

interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(shell: readonly string[], mode: string, command: readonly string[], output = '-') {
  const [file = '', ...args] = shell;
  const child = spawn(file, [...args, '-c', SCRIPT, 'coog', mode, output, ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // As itself, bash would read ~/.bashrc, since its standard input is a socket.
    ...(file === 'bash' ? { argv0: 'sh' } : {}),
    env: { PATH: process.env.PATH, SENTINEL: 'x' },
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<Ran>((resolve) => {
    const printed = Promise.all([text(child.stdout), text(child.stderr)]);
    child.once('close', (exitCode) => void printed.then(([stdout, stderr]) => resolve({ exitCode, stdout, stderr })));
  });
  return { child, ended };
}

const LINE = `*:*:*:*:p@ss\\:w/ord$#%'"\\\\ \\t é`;
const showPass = 'cat "$PGPASSFILE"; stat -Lc "%a %F" "$PGPASSFILE"';

describe.each(shells)('%s', (...shell) => {
  test('the program finds the line in a file that only it can read', async () => {
    for (const mode of ['data', 'alone']) {
      const { child, ended } = start(shell, mode, ['sh', '-c', showPass]);
      child.stdin.write(`${LINE}\n`);
      const { stdout, exitCode } = await ended;
      expect({ mode, exitCode, stdout }).toEqual({ mode, exitCode: 0, stdout: `${LINE}\n600 regular file\n` });
    }
  });

  test('the file has no name', async () => {
    const before = await readdir('/dev/shm');
    const { child, ended } = start(shell, 'data', ['sh', '-c', 'readlink "$PGPASSFILE"; ls /dev/shm']);
    child.stdin.write(`${LINE}\n`);
    const { stdout } = await ended;
    expect(stdout).toContain('(deleted)');
    const name = /\/(coog\.\w+)/.exec(stdout)?.[1] ?? 'none';
    expect(stdout.split('\n').slice(1)).not.toContain(name);
    expect(before).not.toContain(name);
  });

  test('it can be read several times, by children as well', async () => {
    const { child, ended } = start(shell, 'alone', [
      'sh',
      '-c',
      'cat "$PGPASSFILE"; (cat "$PGPASSFILE") & wait; cat "$PGPASSFILE"',
    ]);
    child.stdin.write(`${LINE}\n`);
    expect((await ended).stdout).toBe(`${LINE}\n`.repeat(3));
  });

  test('what follows the line is left for the program, to the byte', async () => {
    const data = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 256));
    const { child, ended } = start(shell, 'data', ['sha256sum']);
    child.stdin.end(Buffer.concat([Buffer.from(`${LINE}\n`), data]));
    expect((await ended).stdout).toBe(`${createHash('sha256').update(data).digest('hex')}  -\n`);
  });

  test('neither environment nor arguments hold the line', async () => {
    for (const mode of ['data', 'alone']) {
      const { child, ended } = start(shell, mode, [
        'sh',
        '-c',
        'tr "\\0" "\\n" < /proc/self/environ; cat /proc/$PPID/environ /proc/$PPID/cmdline',
      ]);
      child.stdin.write(`${LINE}\n`);
      expect((await ended).stdout).not.toContain('p@ss');
    }
  });

  test('exit codes come through, and words', async () => {
    for (const mode of ['data', 'alone']) {
      const { child, ended } = start(shell, mode, ['sh', '-c', 'echo oops >&2; exit 3']);
      child.stdin.write(`${LINE}\n`);
      expect(await ended).toMatchObject({ exitCode: 3, stderr: 'oops\n' });
    }
  });

  test('a program that does not exist', async () => {
    for (const mode of ['data', 'alone']) {
      const { child, ended } = start(shell, mode, ['coog-no-such-program']);
      child.stdin.write(`${LINE}\n`);
      expect((await ended).exitCode).toBe(127);
    }
  });

  test('without a line nothing is started', async () => {
    const { child, ended } = start(shell, 'alone', ['echo', 'started']);
    child.stdin.end();
    expect(await ended).toMatchObject({ exitCode: 125, stdout: '' });
  });

  test('alone, a program ends when its standard input does', async () => {
    const begun = performance.now();
    const { child, ended } = start(shell, 'alone', ['sh', '-c', 'echo begun; exec sleep 30']);
    child.stdin.write(`${LINE}\n`);
    child.stdout.once('data', () => child.stdin.end());
    expect((await ended).exitCode).toBe(143);
    expect(performance.now() - begun).toBeLessThan(4_000);
  });

  test('alone, a program that will not end is killed after five seconds', { timeout: 15_000 }, async () => {
    const { child, ended } = start(shell, 'alone', [
      'sh',
      '-c',
      'trap "" TERM; echo begun; while :; do sleep 0.2; done',
    ]);
    child.stdin.write(`${LINE}\n`);
    child.stdout.once('data', () => child.stdin.end());
    expect((await ended).exitCode).toBe(137);
  });

  test('alone, a signal reaches the program, which may take its time', async () => {
    const { child, ended } = start(shell, 'alone', [
      'sh',
      '-c',
      'trap "sleep 0.3; echo tidied; exit 9" TERM; echo begun; while :; do sleep 0.1; done',
    ]);
    child.stdin.write(`${LINE}\n`);
    child.stdout.once('data', () => child.kill('SIGTERM'));
    expect(await ended).toMatchObject({ exitCode: 9, stdout: 'begun\ntidied\n' });
  });

  test('output goes where it is told to', async () => {
    const folder = await temporaryFolder();
    const target = join(folder, 'out put');
    await writeFile(target, '');
    await chmod(target, 0o600);
    const { child, ended } = start(shell, 'alone', ['echo', 'hello'], target);
    child.stdin.write(`${LINE}\n`);
    expect(await ended).toMatchObject({ exitCode: 0, stdout: '' });
    expect(await readFile(target, 'utf8')).toBe('hello\n');
    const none = start(shell, 'alone', ['echo', 'hello'], join(folder, 'none/x'));
    none.child.stdin.write(`${LINE}\n`);
    const refused = await none.ended;
    expect(refused.stdout).toBe('');
    expect(refused.exitCode).not.toBe(0);
  });
});
