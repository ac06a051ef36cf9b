import { describe, expect, test } from 'vitest';
import { connect, connectToServer, resolveServer, shownServer, sqlState } from '../../../src/database/server/index.ts';
import { passwordOf, planOf } from './plan.ts';
import { externally, NASTY, problemOf, quoted, sql, testServer } from './setup.ts';

const t = testServer();

describe('where the server is', () => {
  test('a service of the project is found by its container', () => {
    expect(t.server).toMatchObject({
      kind: 'bundled',
      project: t.name,
      port: 5432,
      tls: { mode: 'disable' },
      databases: ['coog'],
      container: { name: t.name, dataFolder: '/var/lib/postgresql/data' },
    });
    expect(shownServer(t.server)).toBe(t.name);
  });

  test('no print-out of it holds the password', async () => {
    const { inspect } = await import('node:util');
    expect(`${JSON.stringify(t.server)}${inspect(t.server, { depth: 9 })}`).not.toContain(passwordOf('').slice(0, 5));
  });

  test('one that does not run is told with the command that starts it', async () => {
    const plan = { ...planOf(t.settings), name: 'coogdb-nobody' };
    const { code, exitCode, text } = await problemOf(resolveServer(plan, t.engine));
    expect({ code, exitCode }).toEqual({ code: 'DB_SERVER_NOT_RUNNING', exitCode: 2 });
    expect(text).toContain('coog up -d postgres');
  });

  test('another host is an external server, an IPv6 one without its brackets', async () => {
    const plan = planOf({ ...t.settings, POSTGRES_HOST: '[::1]', POSTGRES_SSLMODE: 'require' });
    expect(await resolveServer(plan, t.engine)).toMatchObject({
      kind: 'external',
      host: '::1',
      tls: { mode: 'require' },
      near: { network: t.name, host: '::1' },
    });
  });

  test('an sslmode that nobody knows is refused', async () => {
    const plan = planOf({ ...t.settings, POSTGRES_HOST: 'db.example', POSTGRES_SSLMODE: 'always' });
    expect(await problemOf(resolveServer(plan, t.engine))).toMatchObject({ code: 'DB_TLS_MODE', exitCode: 2 });
  });

  test('host.docker.internal is this machine, as its containers see it', async () => {
    const plan = planOf({ ...t.settings, POSTGRES_HOST: 'host.docker.internal' });
    const server = await resolveServer(plan, t.engine);
    expect(server.host).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(server.near).toMatchObject({ host: 'host.docker.internal', hosts: ['host.docker.internal:host-gateway'] });
  });
});

describe('connecting', () => {
  test('a password of every kind of character opens the door', async () => {
    const connection = await connect(t.server, 'coog', { applicationName: 'the test' });
    const [row] = await connection.query(`SELECT current_user, current_setting('application_name') AS app`);
    expect(row).toEqual({ current_user: 'coog', app: 'the test' });
    expect(connection.version).toBeGreaterThanOrEqual(170000);
    await connection.close();
  });

  test.each(NASTY)('the database %j is entered and no other', async (name) => {
    await sql(t.server, 'postgres', `CREATE DATABASE ${quoted(name)} TEMPLATE template0`);
    expect(await sql(t.server, name, 'SELECT current_database() AS name')).toEqual([{ name }]);
  });

  test('what the shell exports for libpq does not count', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      PGOPTIONS: '-c work_mem=77MB',
      PGHOST: '192.0.2.1',
      PGSSLMODE: 'require',
      PGPORT: '1',
    });
    try {
      expect(await sql(t.server, 'coog', 'SHOW work_mem')).not.toEqual([{ work_mem: '77MB' }]);
    } finally {
      process.env = before;
    }
  });

  test("the role's limits do not end what takes long", async () => {
    await sql(t.server, 'coog', `ALTER ROLE coog IN DATABASE coog SET statement_timeout = '1s'`);
    expect(await sql(t.server, 'coog', 'SHOW statement_timeout')).toEqual([{ statement_timeout: '0' }]);
    const limited = await connect(t.server, 'coog', { statementTimeout: 200 });
    expect(await problemOf(limited.query('SELECT pg_sleep(5)'))).toMatchObject({ code: 'DB_TIMEOUT', exitCode: 1 });
    await limited.close();
  });

  test('a connection that the server ends is told by the next statement', async () => {
    const connection = await connect(t.server, 'coog');
    await sql(t.server, 'postgres', `SELECT pg_terminate_backend(${connection.pid})`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await problemOf(connection.query('SELECT 1'))).toMatchObject({ code: 'DB_CONNECTION_LOST' });
    await connection.close();
  });

  test('a failed statement keeps its SQLSTATE and quotes no row', async () => {
    const connection = await connect(t.server, 'coog');
    await connection.query('CREATE TEMP TABLE one (name text PRIMARY KEY)');
    await connection.query(`INSERT INTO one VALUES ('Dupont')`);
    const error = await connection.query(`INSERT INTO one VALUES ($1)`, ['Dupont']).catch((e: unknown) => e);
    expect(sqlState(error)).toBe('23505');
    expect(JSON.stringify((error as { problems: unknown }).problems)).not.toContain('Dupont');
    await connection.close();
  });

  test('without postgres and template1 another entrance serves', async () => {
    await sql(
      t.server,
      'coog',
      `CREATE ROLE guest LOGIN PASSWORD 'g'`,
      'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC',
    );
    await sql(t.server, 'coog', 'REVOKE CONNECT ON DATABASE template1 FROM PUBLIC');
    const guest = { ...t.server, user: 'guest', password: () => 'g' };
    const connection = await connectToServer(guest, { others: ['coog'] });
    expect(connection.database).toBe('coog');
    await connection.close();
    expect(await problemOf(connect(guest, 'postgres'))).toMatchObject({ code: 'DB_LOGIN_FAILED', exitCode: 2 });
  });
});

describe('what is wrong is named', () => {
  test('a wrong password', async () => {
    const found = await problemOf(connect({ ...t.server, password: () => 'wrong-secret' }, 'coog'));
    expect(found).toMatchObject({ code: 'DB_LOGIN_FAILED', exitCode: 2 });
    expect(found.text).not.toContain('wrong-secret');
  });

  test('an empty password is not looked for anywhere else', async () => {
    const found = await problemOf(connect({ ...t.server, password: () => '' }, 'coog'));
    expect(found.code).toMatch(/^DB_(?:LOGIN_FAILED|SERVER_UNREACHABLE)$/);
  });

  test('a database that does not exist, with the one that was meant', async () => {
    const found = await problemOf(connect(t.server, 'coogg'));
    expect(found).toMatchObject({ code: 'DB_NOT_FOUND', exitCode: 2 });
    expect(found.text).toContain('did you mean coog?');
  });

  test('a closed port, on IPv4 and IPv6', async () => {
    for (const host of ['127.0.0.1', '::1', 'localhost'])
      expect(await problemOf(connect(externally(t.server, { host, port: 1 }), 'coog'))).toMatchObject({
        code: 'DB_SERVER_UNREACHABLE',
        exitCode: 2,
      });
  });

  test('a host that nobody knows', async () => {
    const found = await problemOf(connect(externally(t.server, { host: 'nobody.invalid' }), 'coog'));
    expect(found).toMatchObject({ code: 'DB_SERVER_UNREACHABLE', exitCode: 2 });
    expect(found.text).toContain('nobody.invalid:5432');
  });

  test('a server that says nothing, within the time that it is given', async () => {
    const { createServer } = await import('node:net');
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const server = externally(t.server, { host: '127.0.0.1', port });
    const begun = performance.now();
    expect(await problemOf(connect(server, 'coog', { connectTimeout: 500 }))).toMatchObject({
      code: 'DB_SERVER_UNREACHABLE',
    });
    expect(performance.now() - begun).toBeLessThan(3_000);
    silent.close();
  });

  test('a database that lets nobody in', async () => {
    await sql(t.server, 'postgres', 'CREATE DATABASE shut', 'ALTER DATABASE shut ALLOW_CONNECTIONS false');
    expect(await problemOf(connect(t.server, 'shut'))).toMatchObject({ code: 'DB_NOT_ACCEPTING', exitCode: 2 });
  });
});
