import { expect, test } from 'vitest';
import { whileGrowing } from '../../../src/database/growth.ts';
import { docker } from '../../../src/engine/index.ts';
import { until } from '../../support/e2e/until.ts';
import { externally, problemOf, sql, testServer } from './setup.ts';

const t = testServer();
const { signal } = new AbortController();

function progressOf() {
  const told: string[] = [];
  const sizes: number[] = [];
  return {
    told,
    sizes,
    progress: {
      begin: (title: string, total?: number) => void told.push(`${title} of ${total}`),
      advance: (bytes: number) => void sizes.push(bytes),
      end: () => void told.push('end'),
    },
  };
}

test('a restore is told by the size of its database, and what it gives is handed on', async () => {
  await sql(t.server, 'postgres', 'CREATE DATABASE growing');
  const { told, sizes, progress } = progressOf();
  const given = await whileGrowing(t.server, { database: 'growing', total: 10 }, { progress, signal }, async () => {
    await until('the first look', () => sizes.length > 0);
    await sql(t.server, 'growing', 'CREATE TABLE t AS SELECT i, md5(i::text) FROM generate_series(1, 50000) i');
    await until('it to be seen growing', () => (sizes.at(-1) ?? 0) > (sizes[0] ?? 0) + 1e6);
    return 'done';
  });
  expect(given).toBe('done');
  expect(told).toEqual(['restoring growing of 10', 'end']);
  const left = `SELECT FROM pg_stat_activity WHERE query LIKE '%pg_database_size%' AND pid <> pg_backend_pid()`;
  await until('its session to be over', async () => (await sql(t.server, 'postgres', left)).length === 0);
});

test('a server that cannot be asked hinders nobody, and a failure is handed on', async () => {
  const { sizes, progress } = progressOf();
  const nobody = externally(t.server, { port: 1 });
  const work = async () => Promise.reject(new Error('the disk is full'));
  await expect(whileGrowing(nobody, { database: 'x', total: undefined }, { progress, signal }, work)).rejects.toThrow(
    'full',
  );
  expect(sizes).toEqual([]);
});

test('a server that hangs is given up, and the work is told to end', async () => {
  const { progress } = progressOf();
  const work = (given: AbortSignal) =>
    new Promise<never>((_, reject) => {
      const end = () => reject(new Error('it was ended'));
      if (given.aborted) end();
      else given.addEventListener('abort', end);
    });
  const how = { database: 'coog', total: undefined, patience: 3_000 };
  const growing = whileGrowing(t.server, how, { progress, signal }, async (given) => {
    await docker(t.engine, ['pause', t.name]);
    return work(given);
  });
  const { code, exitCode } = await problemOf(growing);
  await docker(t.engine, ['unpause', t.name]);
  expect([code, exitCode]).toEqual(['DB_PROGRAM_STALLED', 1]);
});
