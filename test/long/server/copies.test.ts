import { describe, expect, test } from 'vitest';
import {
  connect,
  createAside,
  dropDatabase,
  freeSpace,
  hashRows,
  listDatabases,
  relatedName,
  sessions,
  snapshotDatabase,
} from '../../../src/database/server/index.ts';
import { externally, fill, NASTY, problemOf, quoted, sql, testServer } from './setup.ts';

const t = testServer();
const about = { at: new Date('2025-01-02T03:04:05Z'), by: 'ada' };
const infoOf = async (name: string) => (await listDatabases(t.server)).find((d) => d.name === name);

/** What pg_database and its neighbours say of a database, its name left out. */
const propertiesOf = (name: string) =>
  sql(
    t.server,
    'postgres',
    `SELECT pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, datlocprovider,
            datlocale, datconnlimit, (SELECT array_agg(a::text ORDER BY 1) FROM unnest(datacl) a) AS rights,
            (SELECT array_agg(coalesce(setrole::regrole::text, '') || setconfig::text ORDER BY 1) FROM pg_db_role_setting
              WHERE setdatabase = d.oid) AS settings
       FROM pg_database d WHERE datname = '${name}'`,
  );

describe('a database made aside', () => {
  test('is like the live one, but empty', async () => {
    await sql(
      t.server,
      'postgres',
      'CREATE ROLE owner1 LOGIN',
      'CREATE ROLE reporting',
      `CREATE DATABASE rich OWNER owner1 TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' CONNECTION LIMIT 70`,
      'REVOKE ALL ON DATABASE rich FROM PUBLIC',
      'GRANT CONNECT ON DATABASE rich TO reporting WITH GRANT OPTION',
      `ALTER DATABASE rich SET search_path TO "odd; schema", "$user", public`,
      `ALTER DATABASE rich SET work_mem = '12MB'`,
      `ALTER DATABASE rich SET "my.own" = 'it''s; "x"'`,
      `ALTER DATABASE rich SET default_transaction_read_only = on`,
      `ALTER ROLE reporting IN DATABASE rich SET statement_timeout = '5s'`,
    );
    const { name, problems } = await createAside(t.server, { live: 'rich', id: 'a1', about });
    expect({ name, problems }).toEqual({ name: 'rich__new_a1', problems: [] });
    expect(await propertiesOf(name)).toEqual(await propertiesOf('rich'));
    expect(await infoOf(name)).toMatchObject({
      kind: 'aside',
      of: 'rich',
      id: 'a1',
      note: { by: 'ada' },
      tryton: undefined,
    });
  });

  test.each(["LOCALE_PROVIDER icu ICU_LOCALE 'fr-FR'", "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"])(
    'sorts alike: %s',
    async (locale) => {
      const live = locale.slice(16, 19);
      await sql(t.server, 'postgres', `CREATE DATABASE ${live} TEMPLATE template0 ENCODING 'UTF8' ${locale}`);
      const { name } = await createAside(t.server, { live, id: 'a1', about });
      expect(await propertiesOf(name)).toEqual(await propertiesOf(live));
      expect((await infoOf(name))?.collation).toBe((await infoOf(live))?.collation);
    },
  );

  test('of a name that nobody has is in UTF-8', async () => {
    const { name } = await createAside(t.server, { live: 'nobody', id: 'a1', about });
    expect(await infoOf(name)).toMatchObject({ encoding: 'UTF8', owner: 'coog' });
  });

  test('is refused when it exists', async () => {
    const request = { live: 'nobody', id: 'a1', about };
    expect(await problemOf(createAside(t.server, request))).toMatchObject({ code: 'DB_EXISTS', exitCode: 2 });
  });

  test.each(NASTY)('of %j can be made and dropped', async (live) => {
    const { name } = await createAside(t.server, { live, id: live, about }).catch(() =>
      createAside(t.server, { live, id: 'id', about }),
    );
    expect(await infoOf(name)).toMatchObject({ kind: 'aside', of: live });
    await dropDatabase(t.server, name);
    expect(await infoOf(name)).toBeUndefined();
  });

  test('of the longest name that there is fits', async () => {
    const live = 'é'.repeat(31);
    await sql(t.server, 'postgres', `CREATE DATABASE ${quoted(live)} TEMPLATE template0`);
    const { name } = await createAside(t.server, { live, id: '20250102T030405Z', about });
    expect(await infoOf(name)).toMatchObject({ name: relatedName(live, 'aside', '20250102T030405Z'), of: live });
    await dropDatabase(t.server, name);
  });
});

describe('a snapshot', () => {
  test('holds the same rows, rights and settings, while somebody works on the source', async () => {
    await fill(t.server, 'work', 2_000);
    await sql(t.server, 'postgres', `ALTER DATABASE work SET work_mem = '13MB'`, `COMMENT ON DATABASE work IS 'mine'`);
    const worker = await connect(t.server, 'work', { applicationName: 'worker' });
    expect(await sessions(t.server, 'work')).toMatchObject([{ user: 'coog', application: 'worker', ours: true }]);
    const before = await hashRows(t.server, 'work');
    const { name } = await snapshotDatabase(t.server, { source: 'work', kind: 'snapshot', id: 'before update', about });
    await worker.close();
    expect(name).toBe('work__snap_before update');
    expect(await hashRows(t.server, name)).toEqual(before);
    expect(await propertiesOf(name)).toEqual(await propertiesOf('work'));
    expect(await infoOf(name)).toMatchObject({
      kind: 'snapshot',
      of: 'work',
      id: 'before update',
      note: { comment: 'mine' },
      tryton: { schema: 'public', modules: 2 },
    });
    expect((await listDatabases(t.server)).filter((d) => d.kind === 'aside' && d.of === 'work')).toEqual([]);
  });

  test('is copied back as an aside of the live database', async () => {
    const request = { source: 'work__snap_before update', of: 'work', kind: 'aside' as const, id: 'b1', about };
    const { name } = await snapshotDatabase(t.server, request);
    expect(name).toBe('work__new_b1');
    expect(await hashRows(t.server, name)).toEqual(await hashRows(t.server, 'work'));
  });

  test('that is interrupted leaves nothing behind', async () => {
    const controller = new AbortController();
    const request = { source: 'work', kind: 'snapshot' as const, id: 'cut', about, signal: controller.signal };
    const copying = snapshotDatabase(t.server, request).then(
      () => 'made',
      () => 'given up',
    );
    setTimeout(() => controller.abort(), 120);
    const outcome = await copying;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const names = (await listDatabases(t.server)).filter((d) => d.of === 'work').map((d) => d.name);
    expect(names.includes('work__snap_cut')).toBe(outcome === 'made');
    expect(names.filter((name) => name.includes('copy-'))).toEqual([]);
    await expect(snapshotDatabase(t.server, { ...request, signal: AbortSignal.abort() })).rejects.toThrow();
  });

  test('of what is not there, or under a name that is taken, is refused', async () => {
    const request = { source: 'work', kind: 'snapshot' as const, id: 'before update', about };
    expect(await problemOf(snapshotDatabase(t.server, request))).toMatchObject({ code: 'DB_EXISTS', exitCode: 2 });
    const none = await problemOf(snapshotDatabase(t.server, { ...request, source: 'worg' }));
    expect(none).toMatchObject({ code: 'DB_NOT_FOUND', exitCode: 2 });
    expect(none.text).toContain('did you mean work?');
  });

  test('with an id that cannot be in a name is refused', async () => {
    for (const id of ['', 'a__b', 'x'.repeat(41)])
      expect(
        await problemOf(snapshotDatabase(t.server, { source: 'work', kind: 'snapshot', id, about })),
      ).toMatchObject({
        code: 'DB_NAME_INVALID',
        exitCode: 2,
      });
  });
});

describe('dropping', () => {
  test('refuses what coog did not make', async () => {
    await sql(
      t.server,
      'postgres',
      'CREATE DATABASE theirs__prev_1',
      'CREATE DATABASE theirs__snap_1',
      'CREATE DATABASE theirs',
    );
    for (const name of ['coog', 'postgres', 'template1', 'theirs', 'theirs__prev_1', 'theirs__snap_1'])
      expect(await problemOf(dropDatabase(t.server, name))).toMatchObject({ code: 'DB_NOT_OURS', exitCode: 2 });
    expect(await infoOf('theirs__prev_1')).toBeDefined();
  });

  test('refuses what the project serves, whatever its name', async () => {
    await sql(t.server, 'postgres', 'CREATE DATABASE odd__new_1');
    const server = { ...t.server, databases: ['odd__new_1'] };
    expect(await problemOf(dropDatabase(server, 'odd__new_1'))).toMatchObject({ code: 'DB_NOT_OURS' });
  });

  test('ends who is connected, and finds nothing wrong with what is gone already', async () => {
    const { name } = await createAside(t.server, { live: 'theirs', id: 'a1', about });
    const inside = await connect(t.server, name);
    await inside.query('BEGIN; CREATE TABLE public.x ()');
    await dropDatabase(t.server, name);
    await inside.close();
    expect(await infoOf(name)).toBeUndefined();
    await dropDatabase(t.server, name);
  });
});

describe('the list', () => {
  test('tells live from related, served from others, with sizes and persons’ comments', async () => {
    const list = await listDatabases(t.server);
    expect(list.map((d) => d.name)).not.toContain('template1');
    expect(list.find((d) => d.name === 'coog')).toMatchObject({ kind: 'live', served: true, invalid: false });
    expect(list.find((d) => d.name === 'work')).toMatchObject({ kind: 'live', served: false, comment: 'mine' });
    expect(list.every((d) => (d.bytes ?? 0) > 1_000_000)).toBe(true);
  });

  test('shows what cannot be entered, without looking into it', async () => {
    await sql(t.server, 'postgres', 'CREATE DATABASE shut', 'ALTER DATABASE shut ALLOW_CONNECTIONS false');
    await sql(
      t.server,
      'postgres',
      `CREATE ROLE guest LOGIN PASSWORD 'g'`,
      'REVOKE CONNECT ON DATABASE work FROM PUBLIC',
    );
    expect(await infoOf('shut')).toMatchObject({ allowsConnections: false, tryton: undefined });
    const guest = { ...t.server, user: 'guest', password: () => 'g' };
    const seen = (await listDatabases(guest)).find((d) => d.name === 'work');
    expect(seen).toMatchObject({ bytes: undefined, tryton: undefined });
  });
});

test('the free space of the data folder is known for the bundled server only', async () => {
  expect(await freeSpace(t.server, t.engine)).toBeGreaterThan(1_000_000);
  expect(await freeSpace(externally(t.server), t.engine)).toBeUndefined();
});
