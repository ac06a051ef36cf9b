import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { DEMO_DEADLINE, logInAsAdmin, nasty, setVariable, sql } from '../support/e2e/demo.ts';
import { disableShipped, testSubnet } from '../support/e2e/light.ts';
import { docker, REPOSITORY } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { givenEmptyFolder, type Project } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { until } from '../support/e2e/until.ts';

test(
  'in the foreground, too, the databases are there with their extensions; Ctrl-C stops everything and keeps them',
  async () => {
    const project = await givenDemoOf(['database/postgres', 'database/postgres_init']);
    await setVariable(project, 'COOG_EXTRA_DATABASES', 'coog_extra');
    const terminal = await givenTerminal(['up'], project);

    await terminal.shows(/ensure-databases: coog,coog_extra on postgres:5432: ready, created: /, DEMO_DEADLINE);
    for (const database of ['coog', 'coog_extra']) await thenItHasTheExtensions(project, database);
    await sql(project, 'coog', "CREATE TABLE kept AS SELECT 'survivor' AS name");
    await terminal.type('C-c');

    expect(await terminal.ended()).toBe(0);
    expect((await project.containers()).filter(({ state }) => state === 'running')).toEqual([]);
    thenItSucceeded(await project.coog('up', '-d'));
    expect(summary(await project.containers())).toEqual(['postgres running healthy', 'postgres-init exited 0']);
    expect(await sql(project, 'coog', 'SELECT name FROM kept')).toEqual(['survivor']);
  },
  DEMO_DEADLINE,
);

test('coog is killed in the middle of the very first start of PostgreSQL: the next up succeeds', async () => {
  const project = await givenDemoOf(['database/postgres', 'database/postgres_init']);
  const up = project.start('up', '-d');
  await until('PostgreSQL to start', async () => (await project.containers()).some(({ state }) => state === 'running'));

  up.kill('SIGKILL');
  await up.ended;
  await docker('kill', (await project.container('postgres')).id);

  thenItSucceeded(await project.coog('up', '-d'));
  expect(await sql(project, 'coog', 'SELECT 1')).toEqual(['1']);
}, 120_000);

test(
  'a PostgreSQL outside of the project: databases and extensions are made there, and one can log in',
  async () => {
    const outside = await givenOutsideServer();
    const project = await givenDemo();
    const settings = {
      CUSTOM_POSTGRES_HOST: outside.address,
      CUSTOM_POSTGRES_PORT: String(outside.port),
      CUSTOM_POSTGRES_USER: 'outsider',
      CUSTOM_POSTGRES_PASSWORD: 'wrong',
      COOG_MAIN_DATABASE: 'insurance',
      DEMO_MODULES: 'party',
    };
    for (const [name, value] of Object.entries(settings)) await setVariable(project, name, value);

    const refused = theProblem(await project.coog('up', '-d', 'postgres-init', '--json'), 1, 'SERVICE_FAILED');
    expect(refused.detail).toContain(`${outside.address}:${outside.port} refuses the log-in of outsider`);
    expect(refused.detail).toContain('check CUSTOM_POSTGRES_USER and CUSTOM_POSTGRES_PASSWORD');
    expect(refused.next).toBe('coog logs postgres-init');

    await setVariable(project, 'CUSTOM_POSTGRES_PASSWORD', nasty.CUSTOM_POSTGRES_PASSWORD);
    thenItSucceeded(await project.coog('up', '-d', 'coog'));

    expect(summary(await project.containers()), 'no PostgreSQL of its own').toEqual([
      'coog running healthy',
      'init exited 0',
      'postgres-init exited 0',
    ]);
    expect(await outside.sql('insurance', 'SELECT extname FROM pg_extension ORDER BY extname')).toEqual([
      'pg_trgm',
      'plpgsql',
      'unaccent',
    ]);
    expect((await logInAsAdmin(project, 'insurance')).userId).toBeGreaterThan(0);
  },
  DEMO_DEADLINE,
);

async function thenItHasTheExtensions(project: Project, database: string): Promise<void> {
  const found = await sql(project, database, 'SELECT extname FROM pg_extension ORDER BY extname');
  expect(found).toEqual(['pg_trgm', 'plpgsql', 'unaccent']);
}

/** A demo project that has not been started; the proxy, which cannot be pulled here, is known not to be. */
async function givenDemo(): Promise<Project> {
  const project = await givenEmptyFolder({ compose: '2.26' });
  thenItSucceeded(await project.coog('init', '.', '--yes', '--demo'));
  const settings = ['DEMO_PUBLISH_DIRECTLY=true', `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`];
  thenItSucceeded(await project.coog('config:set', ...settings));
  return project;
}

/** The same with these fragments alone. */
async function givenDemoOf(fragments: readonly string[]): Promise<Project> {
  const project = await givenDemo();
  await disableShipped(project);
  const path = join(project.folder, 'disabled_services');
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => !fragments.includes(line));
  await writeFile(path, lines.join('\n'));
  return project;
}

interface OutsideServer {
  readonly address: string;
  readonly port: number;
  readonly sql: (database: string, statement: string) => Promise<string[]>;
}

/** A PostgreSQL that belongs to no project, at an address of this machine that containers reach. */
async function givenOutsideServer(): Promise<OutsideServer> {
  const name = `coogtest-outside-${randomBytes(4).toString('hex')}`;
  const address = hostAddress();
  const image = 'coog-demo/postgres:17';
  // The main job builds it too; whichever test comes first on a new machine.
  if ((await execa('docker', ['image', 'inspect', image], { reject: false })).exitCode !== 0)
    await docker('build', '--tag', image, join(REPOSITORY, 'plugins/demo/images/postgres'));
  const port = await givenFreePort(address);
  const given = { POSTGRES_USER: 'outsider', POSTGRES_PASSWORD: nasty.CUSTOM_POSTGRES_PASSWORD };
  const server = ['postgres', '-p', String(port), '-c', `listen_addresses=${address}`];
  const options = ['-d', '--name', name, '--network', 'host', '-e', 'POSTGRES_USER', '-e', 'POSTGRES_PASSWORD'];
  await execa('docker', ['run', ...options, image, ...server], { env: given });
  onTestFinished(() => docker('rm', '--force', '--volumes', name).then(() => undefined), 60_000);
  const psql = ['exec', name, 'psql', '-U', 'outsider', '-p', String(port), '-AtX', '-d'];
  const answer = async (database: string, statement: string) =>
    (await docker(...psql, database, '-c', statement)).split('\n');
  await until('the server outside', async () => (await answer('postgres', 'SELECT 1'))[0] === '1');
  return { address, port, sql: answer };
}

/** An address of the host that containers reach: the bridge's, else any that is not the loopback. */
function hostAddress(): string {
  const addresses = Object.entries(networkInterfaces()).flatMap(([device, list]) =>
    (list ?? []).filter((a) => a.family === 'IPv4' && !a.internal).map((a) => ({ device, address: a.address })),
  );
  const found = addresses.find((a) => a.device === 'docker0') ?? addresses[0];
  if (!found) throw new Error('this machine has no address but the loopback');
  return found.address;
}

async function givenFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
