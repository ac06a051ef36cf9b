import { createHash, randomBytes } from 'node:crypto';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { streamProcess } from '../../../src/engine/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const env = { PATH: process.env.PATH ?? '' };

/** What came in: its size, its hash, and how much waited at most. */
function sink(delay = 0) {
  const hash = createHash('sha256');
  let size = 0;
  const output = new Writable({
    highWaterMark: 65_536,
    write: (chunk: Buffer, _, done) => {
      size += chunk.length;
      hash.update(chunk);
      if (delay === 0) done();
      else setTimeout(done, delay);
    },
  });
  return { output, size: () => size, digest: () => hash.digest('hex') };
}

/** What was handed on may still wait in a slow target: all of it is there when the target has ended. */
const drained = (output: Writable): Promise<void> => new Promise((resolve) => output.end(resolve));

describe('what goes through', () => {
  test('comes out as it went in, behind the preamble, and the target stays open', async () => {
    const data = randomBytes(5_000_000);
    const { output, digest } = sink();
    const result = await streamProcess(['cat'], { env, preamble: 'line\n', input: Readable.from([data]), output });
    expect(result).toEqual({
      exitCode: 0,
      stderr: '',
      missing: false,
      cancelled: false,
      stalled: false,
      unread: false,
    });
    expect(digest()).toBe(createHash('sha256').update('line\n').update(data).digest('hex'));
    expect(output.writableEnded).toBe(false);
  });

  test('needs the same memory whatever its size', async () => {
    const { output, size } = sink();
    const before = process.memoryUsage().rss;
    await streamProcess(['head', '-c', '200000000', '/dev/zero'], { env, output });
    expect(size()).toBe(200_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('waits for a target that is slow, and loses nothing', async () => {
    const { output, size } = sink(5);
    await streamProcess(['head', '-c', '3000000', '/dev/zero'], { env, output });
    await drained(output);
    expect(size()).toBe(3_000_000);
  });

  test('may go to a file by itself, or to nobody', async () => {
    const path = join(await temporaryFolder(), 'out');
    await streamProcess(['echo', 'hello'], { env, output: openSync(path, 'w') });
    expect(await readFile(path, 'utf8')).toBe('hello\n');
    expect(await streamProcess(['echo', 'hello'], { env })).toMatchObject({ exitCode: 0 });
  });

  test('may come from another pipe, which is read to its end', async () => {
    const { output, size } = sink(1);
    const source = new PassThrough();
    setTimeout(() => source.end(Buffer.alloc(1_000_000)), 500);
    await streamProcess(['true'], { env, output, source });
    await drained(output);
    expect(size()).toBe(1_000_000);
  });

  test('is not waited for when the program failed', async () => {
    const source = new PassThrough();
    expect(await streamProcess(['false'], { env, output: sink().output, source })).toMatchObject({ exitCode: 1 });
    expect(source.destroyed).toBe(true);
  });
});

describe('standard input', () => {
  test('without an input it stays open as long as the process lives', async () => {
    const result = await streamProcess(['sh', '-c', 'read -r a; echo "$a" >&2; timeout 0.5 cat; echo $? >&2'], {
      env,
      preamble: 'x\n',
    });
    expect(result.stderr).toBe('x\n124');
  });

  test('a program that does not read it all is told so', async () => {
    const input = Readable.from(endless());
    expect(await streamProcess(['true'], { env, input })).toMatchObject({ exitCode: 0, unread: true });
    expect(input.destroyed).toBe(true);
  });

  test('an error of the source ends the program by a signal, never by an early end', async () => {
    const path = join(await temporaryFolder(), 'whole');
    const input = Readable.from(
      (async function* () {
        yield 'half';
        await new Promise((resolve) => setTimeout(resolve, 300));
        throw new Error('the source broke');
      })(),
    );
    const script = 'cat > /dev/null; echo "the whole" > "$0"';
    await expect(streamProcess(['sh', '-c', script, path], { env, input })).rejects.toThrow('the source broke');
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a source that is closed without an error and without an end is an error', async () => {
    const input = new PassThrough();
    input.write('half');
    setTimeout(() => input.destroy(), 200);
    await expect(streamProcess(['cat'], { env, input })).rejects.toThrow('before its end');
  });

  test('one that is broken already is found so', async () => {
    const input = new PassThrough();
    input.on('error', () => undefined);
    input.destroy(new Error('broken before'));
    await new Promise((resolve) => setImmediate(resolve));
    await expect(streamProcess(['cat'], { env, input })).rejects.toThrow('broken before');
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(100_000);
}

describe('the end', () => {
  test.each([
    [['sh', '-c', 'exit 7'], { exitCode: 7 }],
    [['coog-no-such-program'], { exitCode: 127, missing: true }],
    [['sh', '-c', 'kill -9 $$'], { exitCode: 137 }],
  ])('of %j', async (command, expected) => {
    expect(await streamProcess(command, { env, input: Readable.from(['x']) })).toMatchObject(expected);
  });

  test('an error of the target ends the program and is thrown', async () => {
    const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) });
    await expect(streamProcess(['cat', '/dev/zero'], { env, output })).rejects.toThrow('no space');
  });

  test('a target that is closed ends it as well', async () => {
    const { output } = sink();
    setTimeout(() => output.destroy(), 200);
    await expect(streamProcess(['cat', '/dev/zero'], { env, output })).rejects.toThrow('closed');
  });

  test('an abort ends it by SIGTERM, and by SIGKILL when that does not do', { timeout: 15_000 }, async () => {
    const aborted = (script: string) =>
      streamProcess(['sh', '-c', script], { env, signal: AbortSignal.timeout(300), output: sink().output });
    expect(await aborted('exec sleep 20')).toMatchObject({ exitCode: 143, cancelled: true });
    expect(await aborted('exec cat /dev/zero')).toMatchObject({ exitCode: 143, cancelled: true });
    expect(await aborted('trap "" TERM; while :; do :; done')).toMatchObject({ exitCode: 137, cancelled: true });
  });

  test('a program that moves nothing for too long is ended; one that is slow is not', async () => {
    const stalled = await streamProcess(['sleep', '20'], { env, stallTimeout: 400 });
    expect(stalled).toMatchObject({ stalled: true, cancelled: false, exitCode: 143 });
    const script = 'for i in 1 2 3 4 5; do echo $i; sleep 0.2; done';
    expect(await streamProcess(['sh', '-c', script], { env, stallTimeout: 800, output: sink().output })).toMatchObject({
      stalled: false,
      exitCode: 0,
    });
  });

  test('what it says is told line by line, and the end of it is kept', async () => {
    const lines: string[] = [];
    const script = 'i=0; while [ $i -lt 5000 ]; do echo "line $i" >&2; i=$((i+1)); done; printf "no end" >&2';
    const { stderr } = await streamProcess(['sh', '-c', script], { env, onStderr: (line) => lines.push(line) });
    expect(lines).toHaveLength(5001);
    expect(lines.slice(-2)).toEqual(['line 4999', 'no end']);
    expect(stderr.length).toBeLessThanOrEqual(16_384);
    expect(stderr.endsWith('line 4999\nno end')).toBe(true);
  });

  test('Ctrl-C reaches us alone: it is in a process group of its own', async () => {
    const lines: string[] = [];
    await streamProcess(['sh', '-c', 'ps -o pgid= -p $$ >&2; echo $$ >&2'], {
      env,
      onStderr: (line) => lines.push(line.trim()),
    });
    expect(lines[0]).toBe(lines[1]);
  });
});
