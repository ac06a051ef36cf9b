import { randomInt } from 'node:crypto';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import {
  connect,
  createAside,
  hashRows,
  listDatabases,
  recover,
  relatedName,
  swap,
} from '../../../src/database/server/index.ts';
import { until } from '../../support/e2e/until.ts';
import { fill, NASTY, problemOf, quoted, sql, testServer } from './setup.ts';

const t = testServer();
const about = { at: new Date('2025-01-02T03:04:05Z'), by: 'ada', text: 'load of x.dump' };

/** A database with one row that says which one it is. */
async function make(name: string, mark: string): Promise<void> {
  await sql(t.server, 'postgres', `CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
  await sql(t.server, name, `CREATE TABLE public.mark AS SELECT ${`'${mark}'`}::text AS mark`);
}

const markOf = async (name: string): Promise<string | undefined> =>
  (await sql<{ mark: string }>(t.server, name, 'SELECT mark FROM public.mark'))[0]?.mark;

const infoOf = async (name: string) => (await listDatabases(t.server)).find((d) => d.name === name);

describe('a swap', () => {
  test.each(NASTY)('of %j puts the new one in its place, and back', async (live) => {
    const aside = relatedName(live, 'aside', 'a1');
    const previous = relatedName(live, 'previous', 't1');
    await make(live, 'old');
    await make(aside, 'new');
    await swap(t.server, { live, incoming: aside, outgoing: previous, about });
    expect([await markOf(live), await markOf(previous)]).toEqual(['new', 'old']);
    await swap(t.server, { live, incoming: previous, outgoing: aside, about });
    expect([await markOf(live), await markOf(aside)]).toEqual(['old', 'new']);
    expect((await recover(t.server, live)).dropped).toEqual([aside]);
  });

  test("carries a person's comment on, leaves a note, and takes both back", async () => {
    await make('noted', 'old');
    await make('noted__new_1', 'new');
    await sql(t.server, 'postgres', `COMMENT ON DATABASE noted IS 'our pride; it''s "live"'`);
    await swap(t.server, { live: 'noted', incoming: 'noted__new_1', outgoing: 'noted__prev_1', about });
    expect(await infoOf('noted')).toMatchObject({ kind: 'live', comment: `our pride; it's "live"` });
    expect(await infoOf('noted__prev_1')).toMatchObject({
      kind: 'previous',
      of: 'noted',
      id: '1',
      note: { at: '2025-01-02T03:04:05.000Z', by: 'ada', text: 'load of x.dump', comment: `our pride; it's "live"` },
    });
    await swap(t.server, { live: 'noted', incoming: 'noted__prev_1', outgoing: 'noted__prev_2', about });
    expect(await infoOf('noted')).toMatchObject({ comment: `our pride; it's "live"` });
    expect(await infoOf('noted__prev_2')).toMatchObject({ kind: 'previous', id: '2' });
  });

  test('gives a name that nobody has', async () => {
    await make('fresh__new_1', 'first');
    await swap(t.server, { live: 'fresh', incoming: 'fresh__new_1', outgoing: 'fresh__prev_1', about });
    expect(await markOf('fresh')).toBe('first');
    expect(await infoOf('fresh__prev_1')).toBeUndefined();
  });

  test('ends sessions that sit in a transaction', async () => {
    await make('sitting', 'old');
    await make('sitting__new_1', 'new');
    const sitter = await connect(t.server, 'sitting');
    await sitter.query('BEGIN; LOCK TABLE public.mark');
    const inNew = await connect(t.server, 'sitting__new_1');
    await swap(t.server, { live: 'sitting', incoming: 'sitting__new_1', outgoing: 'sitting__prev_1', about });
    expect(await problemOf(sitter.query('SELECT 1'))).toMatchObject({ code: 'DB_CONNECTION_LOST' });
    await Promise.all([sitter.close(), inNew.close()]);
    expect(await markOf('sitting')).toBe('new');
  });

  test('is refused when its parts are not there, or in the way', async () => {
    await make('parts', 'old');
    await make('parts__prev_1', 'older');
    const request = { live: 'parts', incoming: 'parts__new_1', outgoing: 'parts__prev_2', about };
    expect(await problemOf(swap(t.server, request))).toMatchObject({ code: 'DB_NOT_FOUND', exitCode: 2 });
    await make('parts__new_1', 'new');
    const blocked = { ...request, outgoing: 'parts__prev_1' };
    expect(await problemOf(swap(t.server, blocked))).toMatchObject({ code: 'DB_EXISTS', exitCode: 2 });
    expect(await markOf('parts')).toBe('old');
  });

  test('that cannot have the database for itself gives up in time, says who is there, and changes nothing', async () => {
    await sql(t.server, 'postgres', `CREATE ROLE owner1 LOGIN CREATEDB PASSWORD 'o'`);
    await make('shared', 'old');
    await make('shared__new_1', 'new');
    await sql(
      t.server,
      'postgres',
      'ALTER DATABASE shared OWNER TO owner1',
      'ALTER DATABASE shared__new_1 OWNER TO owner1',
    );
    const stranger = await connect(t.server, 'shared', { applicationName: 'reporting' });
    const own = { ...t.server, user: 'owner1', password: () => 'o' };
    const begun = performance.now();
    const found = await problemOf(
      swap(own, { live: 'shared', incoming: 'shared__new_1', outgoing: 'shared__prev_1', about }),
    );
    expect(performance.now() - begun).toBeLessThan(9_000);
    expect(found).toMatchObject({ code: 'DB_BUSY', exitCode: 2 });
    expect(found.text).toContain('coog reporting');
    await stranger.query('SELECT 1');
    await stranger.close();
    expect(await markOf('shared')).toBe('old');
    await swap(own, { live: 'shared', incoming: 'shared__new_1', outgoing: 'shared__prev_1', about });
    expect(await markOf('shared')).toBe('new');
  });
});

test('50 clients that come again and again: under 5 s, and none misses the database afterwards', async () => {
  await make('busy', 'old');
  await make('busy__new_1', 'new');
  const hammer = new URL('hammer.ts', import.meta.url).pathname;
  const child = execa(process.execPath, [hammer, t.name, 'busy', '50'], {
    reject: false,
    stdin: 'ignore',
    buffer: false,
  });
  const seen: { begun: number; ended: number; what: string }[] = [];
  const reading = (async () => {
    for await (const line of child) {
      const [begun, ended, what = ''] = line.split(' ');
      seen.push({ begun: Number(begun), ended: Number(ended), what });
    }
  })();
  await until('all to come in', () => seen.length > 200);
  const begun = Date.now();
  await swap(t.server, { live: 'busy', incoming: 'busy__new_1', outgoing: 'busy__prev_1', about });
  const ended = Date.now();
  const since = (time: number): string[] => seen.filter((visit) => visit.begun > time).map((visit) => visit.what);
  await until('all to come in again', () => since(ended).length > 200);
  child.kill('SIGKILL');
  await reading.catch(() => undefined);
  const old = seen.filter((visit) => visit.what === 'old').map((visit) => visit.ended);
  const fresh = seen.filter((visit) => visit.what === 'new').map((visit) => visit.ended);
  const outage = Math.min(...fresh) - Math.max(...old);
  console.log(`swap among 50 clients: ${ended - begun} ms, nobody served for ${outage} ms; ${seen.length} visits`);
  expect(outage).toBeLessThan(5_000);
  expect(ended - begun).toBeLessThan(10_000);
  expect(new Set(since(ended))).toEqual(new Set(['new']));
});

describe('killed', () => {
  const script = new URL('child.ts', import.meta.url).pathname;

  test('at 15 random moments, the old or the new one has the name, whole', async () => {
    await make('live', '0');
    await make('coog__prev_0', '1');
    for (let i = 0; i < 15; i += 1) {
      const child = execa(process.execPath, [script, t.name, 'swap'], { reject: false, stdin: 'ignore' });
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, randomInt(400)));
      child.kill('SIGKILL');
      await child;
      const names = (await listDatabases(t.server))
        .map((d) => d.name)
        .filter((n) => n === 'live' || n.startsWith('coog__prev_'));
      expect(names).toHaveLength(2);
      expect(names).toContain('live');
      const other = names.find((name) => name !== 'live') ?? '';
      expect([await markOf('live'), await markOf(other)].sort()).toEqual(['0', '1']);
      // The child begins with coog__prev_0.
      if (other !== 'coog__prev_0') await sql(t.server, 'postgres', `ALTER DATABASE ${other} RENAME TO coog__prev_0`);
    }
  });

  test('while it copies, what it made is dropped by the next run, and the source is as before', async () => {
    await fill(t.server, 'live2', 30_000);
    await sql(t.server, 'postgres', 'DROP DATABASE IF EXISTS live WITH (FORCE)', 'ALTER DATABASE live2 RENAME TO live');
    const before = await hashRows(t.server, 'live');
    for (let i = 0; i < 6; i += 1) {
      const child = execa(process.execPath, [script, t.name, 'snapshot'], { reject: false, stdin: 'ignore' });
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, randomInt(1_200)));
      child.kill('SIGKILL');
      await child;
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      await recover(t.server, 'live');
      const related = (await listDatabases(t.server)).filter((d) => d.of === 'live');
      expect(related.filter((d) => d.kind === 'aside')).toEqual([]);
      // Those that have the name of a snapshot are whole.
      for (const { name, note } of related.filter((d) => d.kind === 'snapshot')) {
        expect(note).toMatchObject({ kind: 'snapshot', of: 'live' });
        expect(await hashRows(t.server, name)).toEqual(before);
        await sql(t.server, 'postgres', `DROP DATABASE ${quoted(name)}`);
      }
    }
    expect(await hashRows(t.server, 'live')).toEqual(before);
  });

  test('between making a database and noting it', async () => {
    await make('plain', 'old');
    const { name } = await createAside(t.server, { live: 'plain', id: 'x', about });
    await sql(t.server, 'postgres', `COMMENT ON DATABASE ${name} IS NULL`, 'CREATE DATABASE plain2__new_x');
    expect(await recover(t.server, 'plain')).toEqual({ live: true, dropped: ['plain__new_x'] });
    expect(await infoOf('plain2__new_x')).toBeDefined();
    expect(await recover(t.server, 'nobody')).toEqual({ live: false, dropped: [] });
  });
});

test('a server that goes away during the swap: the old or the new one, whole', async () => {
  await make('restart', 'old');
  await make('restart__new_1', 'new');
  const swapping = swap(t.server, {
    live: 'restart',
    incoming: 'restart__new_1',
    outgoing: 'restart__prev_1',
    about,
  }).then(
    () => 'done',
    (error: { problems?: { code: string }[] }) => error.problems?.[0]?.code ?? String(error),
  );
  await new Promise((resolve) => setTimeout(resolve, randomInt(60)));
  await execa('docker', ['restart', '--time=0', t.name]);
  const outcome = await swapping;
  await until('PostgreSQL to answer', async () => (await markOf('restart')) !== undefined);
  const mark = await markOf('restart');
  if (outcome === 'done') expect(mark).toBe('new');
  expect(outcome).toMatch(/^(?:done|DB_SWAP_UNKNOWN|DB_SERVER_UNREACHABLE|DB_CONNECTION_LOST)$/);
  const names = (await listDatabases(t.server)).map((d) => d.name);
  expect(names.filter((name) => name.startsWith('restart')).sort()).toEqual(
    mark === 'new' ? ['restart', 'restart__prev_1'] : ['restart', 'restart__new_1'],
  );
});
