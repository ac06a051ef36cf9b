import { expect, test } from 'vitest';
import { whileGrowing } from '../../../src/database/growth.ts';
import { until } from '../../support/e2e/until.ts';
import { externally, sql, testServer } from './setup.ts';

const t = testServer();

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
  const given = await whileGrowing(t.server, { database: 'growing', total: 10 }, { progress }, async () => {
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
  await expect(whileGrowing(nobody, { database: 'x', total: undefined }, { progress }, work)).rejects.toThrow('full');
  expect(sizes).toEqual([]);
});
