import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Client, type DatabaseError } from 'pg';
import { afterAll, beforeAll, expect } from 'vitest';
import { holderOf, lockFile } from '../../../src/history/index.ts';
import { isOrphaned } from '../../../src/shared/process-owner.ts';
import type { Ended, Running } from '../e2e/coog.ts';
import { disableShipped, setServices, testSubnet } from '../e2e/light.ts';
import { thenItSucceeded } from '../e2e/outcome.ts';
import { createProject, Project } from '../e2e/project.ts';
import { until } from '../e2e/until.ts';
import { changing, filling, type Size } from './contents.ts';
import { givenImage } from './image.ts';
import { type Contents, contentsOf } from './oracle.ts';
import { ADMIN, IMAGE_NAME, IMAGE_VERSION, services } from './services.ts';

/**
 * Every character means something to somebody between env.custom and libpq. Another one in each run: who looks for it in
 * all processes must not find those of somebody else.
 */
export const PASSWORD = `p@ss:w/ord$#%'"\\ é{}${randomBytes(4).toString('hex')}`;

export interface WorldOptions {
  readonly size?: Size;
  /** Lines behind those of env.custom. */
  readonly settings?: readonly string[];
  /** Called before the server starts for the first time, with the folder that its data goes to. */
  readonly beforeStart?: (dataFolder: string) => Promise<void>;
  /** Without it no container of the project is started, and nothing is filled. */
  readonly start?: boolean;
  /** The version of Compose; 2.26 unless said. */
  readonly compose?: '1.29.2' | '2.26';
}

/** A project whose server holds one database, `coog`, and a backup of it from before it was changed. */
export class World {
  project!: Project;
  /** What is in the backup. */
  reference!: Contents;
  /** The backup, made by coog. */
  backup!: string;
  private address: string | undefined;
  private marks = 0;

  readonly coog = (...args: string[]): Promise<Ended> => this.project.coog(...args);
  readonly start = (...args: string[]): Running => this.project.start(...args);

  /** Holds the project, and what the tests give to coog and get from it. */
  get parent(): string {
    return dirname(this.project.folder);
  }

  /** A path for a file that a test makes. */
  readonly file = (name: string): string => join(this.parent, 'files', name);

  /** A file by which a test tells the stand-in of Tryton's admin command how to behave. */
  readonly fake = (name: string): string => join(this.project.folder, 'fake', name);

  async build({
    size = 'small',
    settings = [],
    beforeStart,
    start = true,
    compose = '2.26',
  }: WorldOptions): Promise<void> {
    await givenImage();
    const made = await createProject({ compose });
    // What coog or docker leave in a temporary folder is seen.
    const folders = { TMPDIR: join(made.folder, '../tmp'), NODE_COMPILE_CACHE: join(made.folder, '../home/.node') };
    this.project = new Project(made.name, made.folder, { ...made.env, ...folders });
    for (const name of ['tmp', 'files']) await mkdir(join(this.parent, name));
    await this.configure(settings);
    if (!start) return;
    const dataFolder = await this.project.value('POSTGRES_DATA_VOLUME');
    await beforeStart?.(dataFolder);
    thenItSucceeded(await this.coog('up', '-d', 'postgres'));
    for (const statement of filling(size)) await this.query('coog', statement);
    thenItSucceeded(await this.coog('up', '-d', 'postgres', 'back'));
    this.backup = this.file('reference.dump');
    thenItSucceeded(await this.coog('db:dump', this.backup));
    this.reference = await this.contents();
  }

  async remove(): Promise<void> {
    await this.project?.remove();
  }

  /** Rows of a statement in a database. A server that was started anew may have another address. */
  async query<R extends object = Record<string, string>>(
    database: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<R[]> {
    return this.connected(database, async (client) => (await client.query<R>(text, [...values])).rows);
  }

  async connected<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = await this.connect(database);
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  async connect(database: string): Promise<Client> {
    this.address ??= Object.values((await this.project.container('postgres')).addresses)[0];
    const client = this.client(database, this.address ?? '');
    try {
      await client.connect();
      return client;
    } catch (error) {
      // It waited for a rename that was under way.
      if ((error as DatabaseError).detail?.includes('dropped or renamed')) return this.connect(database);
      this.address = undefined;
      throw error;
    }
  }

  /** Not connected yet. */
  client(database: string, host = this.address ?? ''): Client {
    const client = new Client({ host, user: 'coog', password: PASSWORD, database, application_name: 'test' });
    client.on('error', () => undefined);
    return client;
  }

  readonly contents = (database = 'coog'): Promise<Contents> => this.connected(database, contentsOf);

  /** Waits for a server that is on its way up. */
  readonly serverAnswers = (): Promise<unknown> =>
    until('the server to answer', async () => (await this.query('postgres', 'SELECT 1')).length === 1, 60_000);

  /** Changes the database, so that it can be told from the backup and from every earlier state. Answers what it is now. */
  async changed(): Promise<Contents> {
    this.marks += 1;
    await this.connected('coog', async (client) => {
      for (const statement of changing(`mark ${this.marks}`)) await client.query(statement);
    });
    return this.contents();
  }

  async databases(): Promise<string[]> {
    const rows = await this.query<{ datname: string }>(
      'postgres',
      `SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1`,
    );
    return rows.map(({ datname }) => datname);
  }

  /**
   * The database that was replaced last and is kept. A command that is killed behind its swap leaves the one before it, too,
   * until the next command: `thenNoDatabaseIsStray` looks.
   */
  async previous(): Promise<string> {
    const kept = (await this.databases()).filter((name) => name.startsWith('coog__prev_')).sort();
    expect(kept.length).toBeGreaterThan(0);
    return kept.at(-1) as string;
  }

  /** Every file that coog could have made, by its path from the parent. The server's data and the home are not looked at. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.parent, { recursive: true, withFileTypes: true }).catch(() => []);
    const own = await this.stateOfCoog();
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(this.parent, join(entry.parentPath, entry.name)))
      .filter((path) => !path.startsWith('home/') && !path.startsWith(`${this.project.name}/data/`))
      .filter((path) => !own.has(path))
      .sort();
  }

  /** The history, to which every change adds a line, and a lock that is free, as its holder is dead. */
  private async stateOfCoog(): Promise<Set<string>> {
    const holder = await holderOf(lockFile(this.project.folder));
    const free = holder !== undefined && (await isOrphaned(holder.owner));
    const names = ['history.jsonl', ...(free ? ['lock'] : [])];
    return new Set(names.map((name) => `${this.project.name}/.coog/${name}`));
  }

  readonly removeFiles = (...names: string[]): Promise<unknown> =>
    Promise.all(names.flatMap((n) => [n, `${n}.manifest.json`]).map((n) => rm(this.file(n), { force: true })));

  private async configure(settings: readonly string[]): Promise<void> {
    const { project } = this;
    const env = [
      `COMPOSE_PROJECT_NAME=${project.name}`,
      `FILESYSTEM_ROOT=${join(project.folder, 'data')}`,
      `CUSTOM_IMAGE_NAME_POSTGRES=${IMAGE_NAME}`,
      `IMAGE_VERSION_POSTGRES=${IMAGE_VERSION}`,
      ...['IMAGE_VERSION_COOG=1', 'JWT_ENCRYPTION=jwt', 'COOG_GATEWAY_TOKEN=token', 'HEALTHCHECK_INTERVAL=1s'],
      `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`,
      `CUSTOM_NETWORK_FRONTEND_SUBNET=${testSubnet()}`,
      ...settings,
    ];
    await project.write({ 'env.custom': `${env.join('\n')}\n`, 'fake/ep': ADMIN });
    await disableShipped(project);
    const disabled = (await project.read('disabled_services')).split('\n');
    await project.write({ disabled_services: disabled.filter((line) => line !== 'database/postgres').join('\n') });
    await setServices(project, services);
    const { setVariable } = await import('../e2e/demo.ts');
    await setVariable(project, 'CUSTOM_POSTGRES_PASSWORD', PASSWORD);
    await setVariable(project, 'COOG_PASSPHRASE', 'correct horse battery staple');
  }
}

/** A world for all tests of a file. */
export function givenWorld(options: WorldOptions = {}): World {
  const world = new World();
  beforeAll(() => world.build(options), 300_000);
  afterAll(() => world.remove(), 120_000);
  return world;
}
