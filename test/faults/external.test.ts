import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setVariable } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { filling } from '../support/faults/contents.ts';
import type { Contents } from '../support/faults/oracle.ts';
import { OutsideServer } from '../support/faults/outside.ts';
import { givenWorld, PASSWORD } from '../support/faults/world.ts';

const world = givenWorld({ start: false });
const server = new OutsideServer();
const { query, contents, databases } = server;
let reference: Contents;
const file = () => world.file('external.dump');

beforeAll(async () => {
  await server.start();
  // A role that owns its database and may create others, and no more: as a hosted server gives.
  await server.role('coog', 'CREATEDB');
  await query('boss', 'postgres', 'CREATE DATABASE coog OWNER coog');
  for (const statement of filling('small')) await query('coog', 'coog', statement);
  await use({ CUSTOM_POSTGRES_HOST: server.host, CUSTOM_POSTGRES_USER: 'coog' });
  thenItSucceeded(await world.coog('db:dump', file()));
  reference = await contents();
});

afterAll(() => server.remove());

async function use(settings: Readonly<Record<string, string>>): Promise<void> {
  for (const [variable, value] of Object.entries(settings)) await setVariable(world.project, variable, value);
}

/** Dump and load are refused with this, and nothing was made or changed. */
async function thenItIsRefused(code: string) {
  const before = await Promise.all([contents(), databases(), world.files()]);
  const dump = theProblem(await world.coog('db:dump', world.file('refused.dump'), '--json'), 2, code);
  const load = theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, code);
  expect(await Promise.all([contents(), databases(), world.files()])).toEqual(before);
  return [dump, load];
}

test('a role that is no superuser backs its database up and loads it', async () => {
  await query('coog', 'coog', 'DELETE FROM "Ligne d\'été; ""x"""');
  thenItSucceeded(await world.coog('db:load', file(), '--yes'));
  expect(await contents()).toEqual(reference);
  const [owner] = await query(
    'boss',
    'postgres',
    `SELECT datdba::regrole::text FROM pg_database WHERE datname = 'coog'`,
  );
  expect(owner).toEqual({ datdba: 'coog' });
  thenItSucceeded(await world.coog('db:undo', '--yes'));
  thenItSucceeded(await world.coog('db:undo', '--yes'));
  expect(await contents()).toEqual(reference);
});

describe('a server outside', () => {
  test('that is down is said to be unreachable', async () => {
    await use({ CUSTOM_POSTGRES_PORT: '5433' });
    const [dump] = await thenItIsRefused('DB_SERVER_UNREACHABLE');
    expect(dump?.title).toContain(`${server.host}:5433`);
    await use({ CUSTOM_POSTGRES_PORT: '5432' });
  });

  test('that does not answer at all is given up after a while', async () => {
    // TEST-NET-1: nobody is there.
    await use({ CUSTOM_POSTGRES_HOST: '192.0.2.1' });
    await thenItIsRefused('DB_SERVER_UNREACHABLE');
    await use({ CUSTOM_POSTGRES_HOST: server.host });
  });

  test('that has another password refuses, and neither is told', async () => {
    await setVariable(world.project, 'CUSTOM_POSTGRES_PASSWORD', 'wrong-s3cret');
    const told = await thenItIsRefused('DB_LOGIN_FAILED');
    expect(JSON.stringify(told)).not.toContain('wrong-s3cret');
    await setVariable(world.project, 'CUSTOM_POSTGRES_PASSWORD', PASSWORD);
  });

  test('whose role may not create databases: a load is refused before anything, a dump works', async () => {
    await query('boss', 'postgres', 'ALTER ROLE coog NOCREATEDB');
    const before = await Promise.all([contents(), databases()]);
    thenItSucceeded(await world.coog('db:dump', world.file('allowed.dump')));
    const problem = theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'DB_NO_CREATEDB');
    expect(problem.next).toContain('CREATEDB');
    expect(await Promise.all([contents(), databases()])).toEqual(before);
    await query('boss', 'postgres', 'ALTER ROLE coog CREATEDB');
  });

  test('whose database belongs to another role: a load is refused before anything', async () => {
    await query('boss', 'postgres', 'ALTER DATABASE coog OWNER TO boss');
    const before = await Promise.all([contents(), databases()]);
    const problem = theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'DB_NOT_OWNER');
    expect(problem.next).toContain('GRANT');
    expect(await Promise.all([contents(), databases()])).toEqual(before);
    await query('boss', 'postgres', 'ALTER DATABASE coog OWNER TO coog');
  });

  test('that can only be read refuses a load and gives a dump', async () => {
    await query('boss', 'postgres', 'ALTER ROLE coog SET default_transaction_read_only = on');
    const before = await Promise.all([contents(), databases()]);
    thenItSucceeded(await world.coog('db:dump', world.file('read-only.dump')));
    const ended = await world.coog('db:load', file(), '--yes', '--json');
    // A setting of the role that coog may override is no standby: loaded whole, or refused.
    if (ended.exitCode === 0) expect(await contents()).toEqual(reference);
    else expect(await Promise.all([contents(), databases()])).toEqual(before);
    await query('boss', 'postgres', 'ALTER ROLE coog RESET default_transaction_read_only');
  });

  test('in which a session of another role stays: the load says who, and changes nothing or succeeds', async () => {
    const client = new Client({
      host: server.host,
      user: 'boss',
      password: PASSWORD,
      database: 'coog',
      application_name: 'stays',
    });
    client.on('error', () => undefined);
    await client.connect();
    const ended = await world.coog('db:load', file(), '--yes', '--json');
    expect(ended.stderr + ended.stdout).toMatch(/boss.*stays|stays/);
    theProblem(ended, 2, 'DB_BUSY');
    await client.query('SELECT 1');
    await client.end();
    expect(await contents()).toEqual(reference);
    expect((await databases()).filter(({ datname }) => String(datname).includes('__new_'))).toEqual([]);
  });

  test('that takes encrypted connections only refuses a plain one, and an encrypted one is used by itself', async () => {
    const setUp = [
      'cd "$PGDATA"',
      'openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=db -keyout server.key -out server.crt 2> /dev/null',
      'chown postgres server.key server.crt && chmod 600 server.key',
      "sed -i 's/^host all all all/hostssl all all all/' pg_hba.conf",
      "echo 'ssl = on' >> postgresql.conf",
    ];
    await docker('exec', server.name, 'sh', '-c', setUp.join(' && '));
    const before = { contents: await contents(), databases: await databases() };
    await docker('restart', server.name);
    await until('the server outside', () => encrypted('SELECT 1'));
    thenItSucceeded(await world.coog('db:dump', world.file('encrypted.dump')));
    await use({ POSTGRES_SSLMODE: 'disable' });
    theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'DB_TLS_REQUIRED');
    await use({ POSTGRES_SSLMODE: 'verify-full' });
    theProblem(await world.coog('db:load', file(), '--yes', '--json'), 2, 'DB_TLS_UNTRUSTED');
    expect(await encrypted('SELECT datname FROM pg_database ORDER BY 1')).toEqual(before.databases);
  });
});

async function encrypted(text: string): Promise<Record<string, unknown>[]> {
  const ssl = { rejectUnauthorized: false };
  const client = new Client({ host: server.host, user: 'boss', password: PASSWORD, database: 'coog', ssl });
  await client.connect();
  const { rows } = await client.query(text);
  await client.end();
  return rows;
}
