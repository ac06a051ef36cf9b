import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import {
  adoptSnapshot,
  checkRestored,
  clientFor,
  connect,
  countRows,
  exportSnapshot,
  hashRows,
  schemaFacts,
  sequencesBehind,
  withConnection,
} from '../../../src/database/server/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { fill, problemOf, sql, testServer } from './setup.ts';

const t = testServer();

const expectedOf = async (database: string) => ({
  tables: await countRows(t.server, database),
  sequences: (await withConnection(await connect(t.server, database), schemaFacts)).sequences,
});

test('every table is counted, a partition by itself, and what extensions bring is not', async () => {
  await fill(t.server, 'work', 500);
  expect(await countRows(t.server, 'work', { parallel: 3 })).toEqual([
    { schema: 'odd; schema', name: 'ta "ble', rows: 2 },
    { schema: 'public', name: 'ir_module', rows: 3 },
    { schema: 'public', name: 'parted_1', rows: 2 },
    { schema: 'public', name: 'party', rows: 500 },
    { schema: 'public', name: 'res_user', rows: 0 },
  ]);
});

test('what the schema is like', async () => {
  const facts = await withConnection(await connect(t.server, 'work'), schemaFacts);
  expect(facts).toMatchObject({
    serverVersion: expect.stringMatching(/^17\./),
    encoding: 'UTF8',
    extensions: [{ name: 'pg_trgm', schema: 'public' }, { name: 'plpgsql' }],
    modules: [
      { name: 'bank', state: 'not activated' },
      { name: 'ir', state: 'activated' },
      { name: 'party', state: 'activated' },
    ],
  });
  expect(facts.bytes).toBeGreaterThan(1_000_000);
  expect(facts.sequences).toContainEqual({ schema: 'public', name: 'party_id_seq', last: '500' });
  expect(facts.sequences).toContainEqual({ schema: 'public', name: 'res_user_id_seq', last: null });
});

test('an exported snapshot: rows are counted and dumped as they were, whoever writes meanwhile', async () => {
  const folder = await temporaryFolder();
  const reader = await connect(t.server, 'work');
  let over = false;
  const writing = (async () => {
    const writer = await connect(t.server, 'work');
    for (let i = 0; !over; i += 1) await writer.query(`INSERT INTO public.party (name) VALUES ('w${i}')`);
    await writer.close();
  })();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const snapshot = await exportSnapshot(reader);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const programs = await clientFor(t.server, t.engine, { serverVersion: reader.version });
  const output = createWriteStream(join(folder, 'x.dump'));
  const [counts, hashes, dumped] = await Promise.all([
    countRows(t.server, 'work', { snapshot }),
    hashRows(t.server, 'work', { snapshot }),
    programs.run('pg_dump', ['-Fc', `--snapshot=${snapshot}`], { database: 'work', output }),
  ]);
  output.end();
  await finished(output);
  expect(dumped).toMatchObject({ exitCode: 0, stderr: '' });
  over = true;
  await writing;
  await reader.close();
  const now = await countRows(t.server, 'work');
  const party = (rows: readonly { name: string; rows: number }[]): number =>
    rows.find((r) => r.name === 'party')?.rows ?? 0;
  expect(party(now)).toBeGreaterThan(party(counts));
  await sql(t.server, 'postgres', 'CREATE DATABASE copy TEMPLATE template0');
  const restored = await programs.run('pg_restore', ['--exit-on-error'], {
    database: 'copy',
    file: join(folder, 'x.dump'),
    jobs: 2,
  });
  expect(restored).toMatchObject({ exitCode: 0 });
  expect(await countRows(t.server, 'copy')).toEqual(counts);
  expect(await hashRows(t.server, 'copy')).toEqual(hashes);
  expect(await checkRestored(t.server, 'copy', { tables: counts })).toEqual([]);
});

test('a snapshot that is over is refused', async () => {
  const connection = await connect(t.server, 'work');
  expect(await problemOf(adoptSnapshot(connection, '00000001-0000001A-1'))).toMatchObject({
    code: 'DB_STATEMENT_FAILED',
  });
  await connection.close();
});

test('what may not be read is told, and not counted as empty', async () => {
  await sql(t.server, 'work', `CREATE ROLE guest LOGIN PASSWORD 'g'`, 'GRANT SELECT ON public.party TO guest');
  const guest = { ...t.server, user: 'guest', password: () => 'g' };
  expect(await problemOf(countRows(guest, 'work'))).toMatchObject({ code: 'DB_PERMISSION', exitCode: 1 });
  await sql(t.server, 'copy', 'ALTER TABLE public.party ENABLE ROW LEVEL SECURITY');
  await sql(
    t.server,
    'copy',
    'GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest',
    'DROP SCHEMA "odd; schema" CASCADE',
  );
  expect((await problemOf(countRows(guest, 'copy'))).text).toContain('row-level security');
});

test('counting and hashing end when they are told to', async () => {
  const begun = performance.now();
  await sql(t.server, 'work', 'CREATE TABLE public.locked (i int)');
  const holder = await connect(t.server, 'work');
  await holder.query('BEGIN; LOCK TABLE public.locked IN ACCESS EXCLUSIVE MODE');
  await expect(hashRows(t.server, 'work', { signal: AbortSignal.timeout(500) })).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(8_000);
  await holder.close();
  await sql(t.server, 'work', 'DROP TABLE public.locked');
});

describe('a restored database', () => {
  test('differs in hash by one changed value, and in nothing by the order of rows', async () => {
    const before = await hashRows(t.server, 'work');
    await sql(t.server, 'work', 'CREATE TABLE public.again AS SELECT * FROM public.party ORDER BY random()');
    await sql(
      t.server,
      'work',
      'TRUNCATE public.party',
      'INSERT INTO public.party SELECT * FROM public.again',
      'DROP TABLE public.again',
    );
    expect(await hashRows(t.server, 'work')).toEqual(before);
    await sql(t.server, 'work', `UPDATE public.party SET t = t || 'x' WHERE id = 1`);
    expect(await hashRows(t.server, 'work')).not.toEqual(before);
  });

  test('is compared with what the backup says', async () => {
    const expected = await expectedOf('work');
    expect(await checkRestored(t.server, 'work', expected)).toEqual([]);
    await sql(
      t.server,
      'work',
      'DELETE FROM public.ir_module WHERE id = 3',
      'DROP TABLE public.res_user',
      'CREATE TABLE public.more (i int)',
      `SELECT setval('public.party_id_seq', 7)`,
      `UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'public.party_name_idx'::regclass`,
    );
    const found = await checkRestored(t.server, 'work', expected);
    expect(found.map(({ kind, object }) => `${kind} ${object}`)).toEqual([
      'rows public.ir_module',
      'table-missing public.res_user',
      'table-extra public.more',
      'sequence-missing public.res_user_id_seq',
      'index-invalid public.party_name_idx',
      'sequence-behind public.party_id_seq',
    ]);
    expect(found[0]).toMatchObject({ expected: '3', found: '2' });
    expect(found.at(-1)).toMatchObject({ found: '7' });
  });

  test('with a sequence that was behind already is no worse than before', async () => {
    const connection = await connect(t.server, 'work');
    expect(await sequencesBehind(connection)).toMatchObject([{ object: 'public.party_id_seq' }]);
    await connection.close();
    const found = await checkRestored(t.server, 'work', await expectedOf('work'));
    expect(found.map(({ kind }) => kind)).toEqual(['index-invalid']);
  });

  test('whose sequence was never used is behind when rows are there', async () => {
    await sql(t.server, 'postgres', 'CREATE DATABASE seq TEMPLATE template0');
    await sql(
      t.server,
      'seq',
      'CREATE TABLE public.a (id serial, big bigint GENERATED BY DEFAULT AS IDENTITY (START 100), other text)',
      'INSERT INTO public.a VALUES (1, 99)',
    );
    const connection = await connect(t.server, 'seq');
    expect(await sequencesBehind(connection)).toEqual([{ object: 'public.a_id_seq', expected: '1', found: '' }]);
    await connection.close();
  });
});
