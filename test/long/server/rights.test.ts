import { expect, test } from 'vitest';
import {
  connect,
  createAside,
  dropDatabase,
  hashRows,
  recover,
  type Server,
  snapshotDatabase,
  swap,
  testRights,
} from '../../../src/database/server/index.ts';
import { externally, fill, problemOf, sql, testServer } from './setup.ts';

const t = testServer();
const about = { at: new Date() };
const as = (user: string): Server => externally(t.server, { user, password: () => 'x' });
const codes = async (user: string, database: string, extensions?: string[]): Promise<string[]> =>
  (await testRights(as(user), { database, ...(extensions ? { extensions } : {}) })).map(
    (p) => `${p.severity ?? 'error'} ${p.code}`,
  );

test('a superuser may everything', async () => {
  await sql(
    t.server,
    'postgres',
    `CREATE ROLE plain LOGIN PASSWORD 'x'`,
    `CREATE ROLE maker LOGIN CREATEDB PASSWORD 'x'`,
  );
  await fill(t.server, 'work', 100);
  expect(await testRights(t.server, { database: 'work' })).toEqual([]);
});

test('who may not create databases, and does not own this one, is told what an administrator must run', async () => {
  expect(await codes('plain', 'work')).toEqual(['error DB_NO_CREATEDB', 'error DB_NOT_OWNER']);
  const found = await testRights(as('plain'), { database: 'work' });
  expect(found.map((p) => p.next)).toEqual([
    'have an administrator run: ALTER ROLE "plain" CREATEDB;',
    'have an administrator run: GRANT "coog" TO "plain";',
  ]);
  expect(await problemOf(createAside(as('plain'), { live: 'new', id: 'a', about }))).toMatchObject({
    code: 'DB_PERMISSION',
  });
});

test('extensions that are not there, or not for everybody', async () => {
  expect(await codes('maker', 'new', ['pg_trgm', 'unaccent', 'nonsense'])).toEqual(['error DB_EXTENSION_MISSING']);
  expect(await codes('maker', 'new', ['pageinspect'])).toEqual(['error DB_EXTENSION_FORBIDDEN']);
  expect(await codes('maker', 'new')).toEqual([]);
});

test('sessions of others are a warning', async () => {
  await sql(t.server, 'postgres', 'CREATE DATABASE mine OWNER maker');
  expect(await codes('maker', 'mine')).toEqual([]);
  const stranger = await connect(t.server, 'mine', { applicationName: 'reporting' });
  expect(await codes('maker', 'mine')).toEqual(['warning DB_SESSIONS_STAY']);
  await stranger.close();
});

test('a server that can only be read', async () => {
  await sql(t.server, 'postgres', `ALTER ROLE plain SET default_transaction_read_only = on`);
  await sql(t.server, 'postgres', `ALTER ROLE plain CREATEDB`);
  // The role's own preference is no obstacle: each session of ours says otherwise.
  expect(await codes('plain', 'new')).toEqual([]);
});

test('with CREATEDB and the database of its own, no superuser is needed for anything', async () => {
  const maker = as('maker');
  await sql(
    maker,
    'mine',
    'CREATE TABLE public.a AS SELECT 1 AS i',
    'CREATE EXTENSION pg_trgm',
    'CREATE EXTENSION unaccent',
  );
  const hash = await hashRows(maker, 'mine');
  const holder = await connect(maker, 'mine');
  const { name } = await snapshotDatabase(maker, { source: 'mine', kind: 'snapshot', id: 's1', about });
  await holder.close();
  const aside = await createAside(maker, { live: 'mine', id: 'a1', about });
  await swap(maker, { live: 'mine', incoming: aside.name, outgoing: 'mine__prev_1', about });
  expect(await hashRows(maker, 'mine')).toEqual([]);
  await swap(maker, { live: 'mine', incoming: 'mine__prev_1', outgoing: aside.name, about });
  expect(await hashRows(maker, 'mine')).toEqual(hash);
  expect(await recover(maker, 'mine')).toEqual({ live: true, dropped: [aside.name] });
  await dropDatabase(maker, name);
});

test('a setting that only a superuser may make is told, and the rest is copied', async () => {
  await sql(
    t.server,
    'postgres',
    `ALTER DATABASE mine SET log_statement = 'all'`,
    `ALTER DATABASE mine SET work_mem = '9MB'`,
  );
  const { name, problems } = await createAside(as('maker'), { live: 'mine', id: 'a2', about });
  expect(problems).toMatchObject([
    { code: 'DB_SETTING_LOST', severity: 'warning', title: expect.stringContaining('log_statement') },
  ]);
  const settings = await sql(
    t.server,
    name,
    `SELECT setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase AND datname = '${name}'`,
  );
  expect(settings).toEqual([{ setconfig: ['work_mem=9MB'] }]);
});
