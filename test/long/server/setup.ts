import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { connect, resolveServer, type Server } from '../../../src/database/server/index.ts';
import { docker, type Engine, tryDocker } from '../../../src/engine/index.ts';
import { engineWith } from '../../integration/engine/setup.ts';
import { until } from '../../support/e2e/until.ts';
import { IMAGE_NAME, IMAGE_TAG, passwordOf, planOf, settingsOf } from './plan.ts';

/** Names that are options, statements, parameters or commands to whoever does not quote them. */
export const NASTY = ['a b', 'x;y', '"q"', '$(id)', '-x', `dbname=postgres`, `it's`, 'back\\slash', 'tab\there', 'é%s'];

export interface TestServer {
  readonly engine: Engine;
  readonly server: Server;
  /** Name of container, network and project. */
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** A real PostgreSQL in a container and on a network of its own, for all tests of a file; gone afterwards. */
export function testServer(): TestServer {
  const name = `coogdb-${randomBytes(4).toString('hex')}`;
  const state: { engine?: Engine; server?: Server; folder?: string } = {};
  const settings = settingsOf(name);
  beforeAll(async () => {
    state.folder = await mkdtemp(join(tmpdir(), `${name}-`));
    state.engine = await engineWith('2.40', state.folder);
    await start(state.engine, name, state.folder);
    state.server = await resolveServer(planOf(settings), state.engine);
    await until('PostgreSQL to answer', async () => {
      await (await connect(state.server as Server, 'coog')).close();
      return true;
    });
  });
  afterAll(async () => {
    if (!state.engine) return;
    const ids = await docker(state.engine, ['ps', '-aq', '--filter', `name=^${name}`]);
    const all = ids.stdout.split('\n').filter(Boolean);
    if (all.length > 0) await tryDocker(state.engine, ['rm', '-fv', ...all]);
    await tryDocker(state.engine, ['network', 'rm', name]);
    if (state.folder) await rm(state.folder, { recursive: true, force: true });
  });
  return {
    name,
    settings,
    get engine() {
      return state.engine as Engine;
    },
    get server() {
      return state.server as Server;
    },
  };
}

async function start(engine: Engine, name: string, folder: string): Promise<void> {
  // By a file: the tests look for the password in every argument list and environment.
  const file = join(folder, 'postgres.env');
  await writeFile(file, `POSTGRES_USER=coog\nPOSTGRES_PASSWORD=${passwordOf(name)}\n`);
  await docker(engine, ['network', 'create', name]);
  const labels = [`com.docker.compose.project=${name}`, 'com.docker.compose.service=postgres'];
  await docker(engine, [
    ...['run', '-d', '--name', name, '--network', name, '--env-file', file],
    ...labels.flatMap((label) => ['--label', label]),
    ...[
      `${IMAGE_NAME}:${IMAGE_TAG}`,
      '-c',
      'max_connections=200',
      '-c',
      'fsync=off',
      '-c',
      'max_locks_per_transaction=256',
    ],
  ]);
}

/** Runs statements in a database, and hands back the rows of the last one that has any. */
export async function sql<R extends object = Record<string, unknown>>(
  server: Server,
  database: string,
  ...statements: string[]
): Promise<R[]> {
  const connection = await connect(server, database);
  try {
    let rows: R[] = [];
    for (const statement of statements) rows = (await connection.query<R & Record<string, unknown>>(statement)) as R[];
    return rows;
  } finally {
    await connection.close();
  }
}

/** Makes a database with tables of every kind that a copy could lose something of. */
export async function fill(server: Server, database: string, rows = 1000): Promise<void> {
  await sql(server, 'postgres', `CREATE DATABASE ${quoted(database)} TEMPLATE template0`);
  await sql(
    server,
    database,
    'CREATE EXTENSION pg_trgm',
    'CREATE TABLE public.ir_module (id serial PRIMARY KEY, name text, state text)',
    `INSERT INTO public.ir_module (name, state) VALUES ('ir', 'activated'), ('party', 'activated'), ('bank', 'not activated')`,
    'CREATE TABLE public.res_user (id serial PRIMARY KEY, login text)',
    'CREATE SEQUENCE public.party_id_seq',
    `CREATE TABLE public.party (id int PRIMARY KEY DEFAULT nextval('public.party_id_seq'), name text, t text, data bytea)`,
    `INSERT INTO public.party (name, t, data)
       SELECT 'name ' || i, repeat(md5(i::text), 3), decode(md5(i::text), 'hex') FROM generate_series(1, ${rows}) i`,
    'CREATE INDEX ON public.party USING gin (name public.gin_trgm_ops)',
    'CREATE SCHEMA "odd; schema"',
    'CREATE TABLE "odd; schema"."ta ""ble" (a int, "b\'c" text)',
    `INSERT INTO "odd; schema"."ta ""ble" VALUES (1, NULL), (2, '')`,
    'CREATE TABLE public.parted (id int, at date) PARTITION BY RANGE (id)',
    'CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM (0) TO (10)',
    'INSERT INTO public.parted VALUES (1, now()), (2, now())',
  );
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A copy of a server that is reached as an external one would be. */
export const externally = (server: Server, changes: Partial<Server> = {}): Server => {
  const { container: _, ...rest } = server;
  return { ...rest, kind: 'external', ...changes };
};

/** The problem that something ends with. */
export async function problemOf(work: Promise<unknown>): Promise<{ code: string; exitCode: number; text: string }> {
  try {
    await work;
  } catch (error) {
    const { problems = [], exitCode = -1 } = error as { problems?: { code: string }[]; exitCode?: number };
    if (problems.length === 0) throw error;
    return { code: problems[0]?.code ?? '', exitCode, text: JSON.stringify(problems) };
  }
  throw new Error('nothing failed');
}
