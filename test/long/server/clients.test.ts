import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type ClientPrograms, clientFor, connect, hashRows } from '../../../src/database/server/index.ts';
import { docker } from '../../../src/engine/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { externally, fill, NASTY, problemOf, quoted, sql, testServer } from './setup.ts';
import { watchSecrets } from './watch-secrets.ts';

const t = testServer();
const client = (): Promise<ClientPrograms> => clientFor(t.server, t.engine, { serverVersion: 170000 });

/** Everything that is written to it, as one text. */
function collector(): Writable & { text: () => string } {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(output, { text: () => Buffer.concat(chunks).toString() });
}

async function dump(programs: ClientPrograms, database: string, path: string): Promise<void> {
  const output = createWriteStream(path);
  const result = await programs.run('pg_dump', ['--format=custom', '--compress=gzip:1'], { database, output });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  output.end();
  await finished(output);
}

const query = async (programs: ClientPrograms, database: string, statement: string): Promise<string> => {
  const output = collector();
  const result = await programs.run('psql', ['-At', '-c', statement], { database, output });
  expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  return output.text();
};

const clientContainers = async (): Promise<string[]> =>
  (await docker(t.engine, ['ps', '-aq', '--filter', `label=coog.database-client=${t.name}`])).stdout
    .split('\n')
    .filter(Boolean);

describe('choosing programs', () => {
  test("the image of the project's own server comes first", async () => {
    expect(t.server.container?.here).toBe(true);
    const connection = await connect(t.server, 'coog');
    const programs = await clientFor(t.server, t.engine, { serverVersion: connection.version });
    await connection.close();
    expect(programs).toMatchObject({ kind: 'container', major: 17, seeks: true });
    const asked = collector();
    await programs.run('pg_dump', ['--version'], { output: asked });
    expect(asked.text(), 'it says what it is taken for').toContain(` ${programs.version} `);
    expect(await clientContainers()).toEqual([]);
  });

  test("an external server gets the project's image", async () => {
    const programs = await clientFor(externally(t.server), t.engine, { serverVersion: 170000 });
    expect(programs).toMatchObject({ kind: 'image', major: 17 });
  });

  test('it is put on the network of the project, or on any when there is none', async () => {
    const near = { network: t.name, host: t.name, port: 5432, hosts: [] };
    const programs = await clientFor(externally(t.server, { near }), t.engine, { serverVersion: 170000 });
    expect(await query(programs, 'coog', 'SELECT 1')).toBe('1\n');
  });

  test('programs older than the server are refused', async () => {
    // Its own programs are as new as itself, so it is taken for a server whose container is elsewhere.
    const container = t.server.container && { ...t.server.container, here: false };
    const server = { ...t.server, ...(container ? { container } : {}) };
    expect(await problemOf(clientFor(server, t.engine, { serverVersion: 990000 }))).toMatchObject({
      code: 'DB_CLIENT_TOO_OLD',
      exitCode: 2,
    });
  });

  test('an image that is not there is told, and not pulled', async () => {
    const server = externally(t.server, { image: 'coogdb/none:1' });
    expect(await problemOf(clientFor(server, t.engine, { serverVersion: 170000 }))).toMatchObject({
      code: 'DB_CLIENT_MISSING',
      exitCode: 2,
    });
  });

  test("this machine's own are taken when they are asked for, whatever their age allows", async () => {
    const choice = { client: 'host' as const };
    const programs = await clientFor(t.server, t.engine, { ...choice, serverVersion: 130000 });
    expect(programs.kind).toBe('host');
    expect(await query(programs, 'coog', 'SELECT current_user')).toBe('coog\n');
    const newer = clientFor(t.server, t.engine, { ...choice, serverVersion: (programs.major + 1) * 10_000 });
    expect(await problemOf(newer)).toMatchObject({ code: 'DB_CLIENT_TOO_OLD', exitCode: 2 });
    const nowhere = { ...t.engine, env: { PATH: '/nonexistent' } };
    expect(await problemOf(clientFor(t.server, nowhere, { ...choice, serverVersion: 130000 }))).toMatchObject({
      code: 'DB_CLIENT_MISSING',
      exitCode: 2,
    });
  });
});

test.each(NASTY)('the database %j is dumped, restored and read, and no other', async (name) => {
  const folder = await temporaryFolder();
  const programs = await client();
  const copy = `${name} copy`;
  await fill(t.server, name, 50);
  await sql(t.server, 'postgres', `CREATE DATABASE ${quoted(copy)} TEMPLATE template0`);
  await dump(programs, name, join(folder, 'a b,"c".dump'));
  const file = join(folder, 'a b,"c".dump');
  const restored = await programs.run('pg_restore', ['--exit-on-error', '--no-owner'], {
    database: copy,
    file,
    jobs: 2,
  });
  expect(restored).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await hashRows(t.server, copy)).toEqual(await hashRows(t.server, name));
  expect(await query(programs, name, 'SELECT current_database()')).toBe(`${name}\n`);
});

describe('streams', () => {
  test('a dump goes out and comes in again without a file', async () => {
    const programs = await client();
    await fill(t.server, 'stream', 20_000);
    await sql(t.server, 'postgres', 'CREATE DATABASE stream2 TEMPLATE template0');
    const through = new PassThrough();
    const [out, into] = await Promise.all([
      programs
        .run('pg_dump', ['--format=custom'], { database: 'stream', output: through })
        .finally(() => through.end()),
      programs.run('pg_restore', ['--exit-on-error'], { database: 'stream2', input: through }),
    ]);
    expect([out.exitCode, into.exitCode, into.stderr]).toEqual([0, 0, '']);
    expect(await hashRows(t.server, 'stream2')).toEqual(await hashRows(t.server, 'stream'));
  });

  test('what comes in arrives byte for byte, the first ones too', async () => {
    const programs = await client();
    const lines = Array.from({ length: 40_000 }, (_, i) => `${i}\t${createHash('md5').update(`${i}`).digest('hex')}`);
    const text = `SET client_min_messages = error; CREATE TABLE public.lines (i int, h text);\nCOPY public.lines FROM stdin;\n${lines.join('\n')}\n\\.\n`;
    const result = await programs.run('psql', ['-qv', 'ON_ERROR_STOP=1'], {
      database: 'coog',
      input: Readable.from([text]),
    });
    expect(result).toMatchObject({ exitCode: 0, stderr: '', unread: false });
    expect(await sql(t.server, 'coog', 'SELECT count(*)::int FROM public.lines WHERE md5(i::text) = h')).toEqual([
      { count: 40_000 },
    ]);
  });

  test('a file that cannot be mounted is streamed', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'some.dump');
    await dump(await client(), 'stream', file);
    const remote = { ...t.engine, docker: { ...t.engine.docker, local: false } };
    const programs = await clientFor(t.server, remote, { serverVersion: 170000 });
    expect(programs.seeks).toBe(false);
    await sql(t.server, 'postgres', 'CREATE DATABASE stream3 TEMPLATE template0');
    expect(await programs.run('pg_restore', [], { database: 'stream3', file, jobs: 4 })).toMatchObject({ exitCode: 0 });
    const output = createWriteStream(join(folder, 'again.dump'));
    expect(await programs.run('pg_dump', ['-Fc'], { database: 'stream3', output })).toMatchObject({ exitCode: 0 });
    output.end();
    await finished(output);
    expect((await stat(join(folder, 'again.dump'))).size).toBeGreaterThan(100_000);
    expect(await hashRows(t.server, 'stream3')).toEqual(await hashRows(t.server, 'stream'));
  });

  test('a target that takes its time slows the program down, and loses nothing', async () => {
    const hash = (): { output: Writable; digest: () => string } => {
      const sum = createHash('sha256');
      const output = new Writable({
        highWaterMark: 1024,
        write: (chunk: Buffer, _, done) => {
          sum.update(chunk);
          setTimeout(done, 1);
        },
      });
      return { output, digest: () => sum.digest('hex') };
    };
    const programs = await client();
    const digests = [];
    for (const _ of [1, 2]) {
      const { output, digest } = hash();
      await programs.run('pg_dump', ['--data-only', '--inserts'], {
        database: 'stream',
        output: withoutKey(output),
      });
      digests.push(digest());
    }
    expect(digests[0]).toBe(digests[1]);
  });

  test('an error of the target ends the program and is thrown', async () => {
    const programs = await client();
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    });
    await expect(programs.run('pg_dump', ['-Fc'], { database: 'stream', output })).rejects.toMatchObject({
      code: 'ENOSPC',
    });
    expect(await clientContainers()).toEqual([]);
  });

  test('an error of the source ends the program, which never takes what it had for the whole', async () => {
    const programs = await client();
    await sql(t.server, 'coog', 'CREATE TABLE public.half (i int)');
    const input = Readable.from(
      (async function* () {
        yield 'BEGIN; INSERT INTO public.half VALUES (1);\nCOMMIT;\n';
        yield 'BEGIN; INSERT INTO public.half VALUES (2);\n';
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        throw new Error('the disk is gone');
      })(),
    );
    await expect(programs.run('psql', ['-q', '--single-transaction'], { database: 'coog', input })).rejects.toThrow(
      'the disk is gone',
    );
    expect(await clientContainers()).toEqual([]);
    expect(await sql(t.server, 'coog', 'SELECT i FROM public.half WHERE i = 2')).toEqual([]);
  });

  test('a file that does not exist is an error, not an empty input', async () => {
    const programs = await client();
    await expect(programs.run('psql', [], { database: 'coog', input: '/nonexistent/file' })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });

  test('a file that holds something else is refused by the program, with its words', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'page.html'), '<html></html>');
    const lines: string[] = [];
    const programs = await client();
    const result = await programs.run('pg_restore', ['--list'], {
      file: join(folder, 'page.html'),
      onStderr: (line) => lines.push(line),
    });
    expect(result.exitCode).toBe(1);
    expect(lines.join()).toContain('input file');
  });

  test('the input that a program leaves unread is told', async () => {
    const programs = await client();
    const input = createReadStream('/dev/zero');
    const result = await programs.run('psql', ['-c', 'SELECT 1'], { database: 'coog', input });
    expect(result).toMatchObject({ exitCode: 0, unread: true });
  });
});

/** pg_dump ≥ 17.6 brackets plain SQL with a random key. */
function withoutKey(target: Writable): Writable {
  let rest = '';
  return new Writable({
    write: (chunk: Buffer, _, done) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      const kept = lines
        .filter((line) => !/^\\(?:un)?restrict /.test(line))
        .map((line) => `${line}\n`)
        .join('');
      target.write(kept, () => done());
    },
  });
}

describe('stopping', () => {
  test('an abort ends program, container and session within seconds', async () => {
    const programs = await client();
    const controller = new AbortController();
    const aborting = delay(2_000).then(() => controller.abort());
    const begun = performance.now();
    const result = await programs.run('psql', ['-c', 'SELECT pg_sleep(60)'], {
      database: 'coog',
      signal: controller.signal,
    });
    await aborting;
    expect(result).toMatchObject({ cancelled: true });
    expect(result.exitCode).not.toBe(0);
    expect(performance.now() - begun).toBeLessThan(9_000);
    expect(await clientContainers()).toEqual([]);
    await gone('pg_sleep');
  });

  test('an abort while the container is made or started leaves none', async () => {
    const programs = await client();
    for (let moment = 0; moment <= 400; moment += 20)
      await programs.run('psql', ['-c', 'SELECT pg_sleep(60)'], {
        database: 'coog',
        signal: AbortSignal.timeout(moment),
      });
    // As long as an engine that was asked for one may take.
    await delay(1_000);
    expect(await clientContainers()).toEqual([]);
    await gone('pg_sleep');
  });

  test('what is aborted before it begins does not begin', async () => {
    const programs = await client();
    const result = await programs.run('psql', ['-c', 'CREATE TABLE public.never ()'], {
      database: 'coog',
      signal: AbortSignal.abort(),
    });
    expect(result.cancelled).toBe(true);
    expect(await sql(t.server, 'coog', `SELECT to_regclass('public.never') AS never`)).toEqual([{ never: null }]);
  });

  test('a stall is ended after its time', async () => {
    const programs = await client();
    const result = await programs.run('psql', ['-c', 'SELECT pg_sleep(60)'], { database: 'coog', stallTimeout: 2_000 });
    expect(result).toMatchObject({ stalled: true, cancelled: false });
    expect(await clientContainers()).toEqual([]);
  });

  test('a program that fails has its exit code and words', async () => {
    const programs = await client();
    const result = await programs.run('psql', ['-c', 'SELECT wrong'], { database: 'coog' });
    expect(result).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('wrong') });
  });

  test('a wrong password is refused', async () => {
    const programs = await clientFor(externally(t.server, { password: () => 'no' }), t.engine, {
      serverVersion: 170000,
    });
    const result = await programs.run('psql', ['-c', 'SELECT 1'], { database: 'coog' });
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('password authentication failed') });
  });

  test('a password with a line break is refused', async () => {
    const password = (): string => 'a\nb';
    const programs = await client();
    expect(programs.kind).toBe('container');
    expect(await problemOf(clientFor({ ...t.server, password }, t.engine, { serverVersion: 170000 }))).toMatchObject({
      code: 'DB_PASSWORD_INVALID',
    });
  });
});

/** Waits until nobody runs a statement with these words. */
async function gone(words: string): Promise<void> {
  const { until } = await import('../../support/e2e/until.ts');
  await until(
    `${words} to end`,
    async () => {
      const [row] = await sql<{ count: number }>(
        t.server,
        'postgres',
        `SELECT count(*)::int FROM pg_stat_activity WHERE query LIKE '%${words}%' AND pid <> pg_backend_pid()`,
      );
      return row?.count === 0;
    },
    10_000,
  );
}

test('the password is in no argument list and no environment, of any kind of client', async () => {
  const watch = watchSecrets([t.server.password(), encodeURIComponent(t.server.password())]);
  const programs = [await client(), await clientFor(t.server, t.engine, { client: 'host', serverVersion: 130000 })];
  for (const one of programs) {
    await Promise.all([
      one.run('psql', ['-c', 'SELECT pg_sleep(2)'], { database: 'coog' }),
      one.run('psql', [], { database: 'coog', input: Readable.from(['SELECT pg_sleep(2);']) }),
      one.run('psql', ['-c', 'SELECT pg_sleep(1)'], { database: 'coog', output: collector() }),
    ]);
  }
  const { looks, seen } = await watch.stop();
  expect(looks).toBeGreaterThan(5);
  expect(seen).toEqual([]);
});
