import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { type Ended, runCoog } from './coog.ts';
import { removeShared } from './global.ts';
import { type ComposeName, environmentWith, removeFromEngine } from './machine.ts';
import { thenItSucceeded } from './outcome.ts';
import { Project } from './project.ts';
import { watchArguments } from './secrets.ts';
import { logIn, type Session } from './tryton.ts';

/** Enough for a cold machine, whose images are built by the first start. */
export const DEMO_DEADLINE = 900_000;

export interface DemoOptions {
  /** Tells one demo from another; the files of a run that name the same one share it. */
  readonly title: string;
  readonly compose: ComposeName;
  readonly settings?: Readonly<Record<string, string>>;
  /** Keeps the ports and subnets that init found free, which another test's init may find as well until this one runs. */
  readonly asInit?: boolean;
}

/** A demo that runs, and the record of its first start. */
export interface Demo {
  readonly project: Project;
  readonly up: Ended;
  readonly secrets: readonly string[];
  /** Argument lists in which a secret was seen while it started, and how often they were looked at. */
  readonly watched: { readonly looks: number; readonly seen: readonly string[] };
}

/** Secrets whose every character means something to somebody between env.custom and the container. */
export const nasty = {
  CUSTOM_POSTGRES_PASSWORD: 'p@ss:w/ord$#%\'"\\ é{}',
  // ASCII alone: RabbitMQ takes what comes by its environment for Latin-1.
  CUSTOM_RABBITMQ_PASSWORD: 'r@b:b/it$HOME#%\'"\\ {}${X}',
  COOG_PASSPHRASE: '$(id) `id` \\n "quoted" #no comment',
} as const;

/**
 * A running demo that many tests use: made by the first that asks, removed after the last file of the run. Tests leave it
 * running and whole.
 */
export async function sharedDemo(options: DemoOptions): Promise<Demo> {
  const shared = await sharedFolder();
  const name = `coogtest-${options.title}-${shared.slice(-6).toLowerCase()}`;
  const record = join(shared, `${name}.json`);
  const known = await readFile(record, 'utf8').catch(() => undefined);
  const made = known === undefined ? await make(name, shared, options) : (JSON.parse(known) as Demo);
  if (known === undefined) {
    await writeFile(`${record}.new`, JSON.stringify(made), { mode: 0o600 });
    await rename(`${record}.new`, record);
  }
  thenItSucceeded(made.up);
  return { ...made, project: new Project(name, made.project.folder, made.project.env) };
}

/** Ends a demo that no other file uses: five of them at once keep a small machine busy with health checks alone. */
export const endDemo = async (project: Project | undefined): Promise<void> => {
  if (project) await removeFromEngine(project.name);
};

/** Without a global set-up each file has a demo of its own, which goes away with it. */
async function sharedFolder(): Promise<string> {
  const given = inject('coogShared') as string | undefined;
  if (given !== undefined) return given;
  const own = await mkdtemp(join(tmpdir(), 'coogtest-shared-'));
  afterAll(() => removeShared(own), 120_000);
  return own;
}

async function make(
  name: string,
  shared: string,
  { compose, settings = {}, asInit = false }: DemoOptions,
): Promise<Demo> {
  await chmod(shared, 0o755);
  const folder = join(shared, name);
  const home = join(shared, `${name}.json.home`);
  await mkdir(folder);
  await mkdir(home);
  const project = new Project(name, folder, environmentWith(compose, home));
  thenItSucceeded(await project.coog('init', '.', '--yes', '--demo'));
  if (!asInit) await placeApart(project);
  for (const [variable, value] of Object.entries(settings)) await setVariable(project, variable, value);
  const secrets = await secretsOf(project);
  const watching = watchArguments(secrets);
  const up = await project.coog('up', '-d');
  const watched = await watching.stop();
  return { project, up, secrets, watched };
}

const PORTS = ['HTTP_PORT', 'HTTPS_PORT', 'MANAGMENT_PORT'].map((port) => `CUSTOM_TRAEFIK_${port}`);
const SUBNETS = ['BACKEND', 'FRONTEND'].map((network) => `CUSTOM_NETWORK_${network}_SUBNET`);

/** Gives a demo ports and subnets that no other one gets while it runs, stopped or not. */
async function placeApart(project: Project): Promise<void> {
  const ports = await unusedPorts(PORTS.length);
  const apart = [
    ...PORTS.map((name, i) => `${name}=${ports[i]}`),
    ...SUBNETS.map((name) => `${name}=10.${randomInt(217, 220)}.${randomInt(256)}.0/24`),
  ];
  const names = new Set([...PORTS, ...SUBNETS]);
  const others = (await project.read('env.custom')).split('\n').filter((line) => !names.has(line.split('=')[0] ?? ''));
  await project.write({ 'env.custom': `${[...others, ...apart].join('\n')}\n` });
}

/** Ports that nothing listens on, below those that the system gives to who asks for any. */
async function unusedPorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  while (found.size < count) {
    const port = randomInt(12_000, 30_000);
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (free) found.add(port);
  }
  return [...found];
}

/** Through standard input, as a person would give a secret. */
export async function setVariable(project: Project, variable: string, value: string): Promise<void> {
  thenItSucceeded(await runCoog(['config:set', variable, '-'], { ...project, input: `${value}\n` }));
}

async function secretsOf(project: Project): Promise<string[]> {
  const names = ['POSTGRES_PASSWORD', 'RABBITMQ_PASSWORD', 'COOG_PASSPHRASE', 'JWT_ENCRYPTION', 'DEMO_ADMIN_PASSWORD'];
  return Promise.all(names.map((name) => project.value(name)));
}

export async function serverOf(project: Project, database = 'coog'): Promise<{ url: string; database: string }> {
  return { url: `http://127.0.0.1:${await project.value('TRAEFIK_HTTP_PORT')}`, database };
}

/** A session of the user admin, by the real API. */
export async function logInAsAdmin(project: Project, database = 'coog'): Promise<Session> {
  return logIn(await serverOf(project, database), 'admin', await project.value('DEMO_ADMIN_PASSWORD'));
}

/** Asks the project's PostgreSQL; answers the rows as text. */
export async function sql(project: Project, database: string, statement: string): Promise<string[]> {
  const command = ['exec', '-T', 'postgres', 'psql', '-U', 'coog', '-d', database, '-AtX', '-v', 'ON_ERROR_STOP=1'];
  const ended = await runCoog([...command, '-f', '-'], { ...project, input: statement });
  thenItSucceeded(ended);
  return ended.stdout.split('\n').filter((line) => line !== '');
}
