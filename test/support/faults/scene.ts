import { expect } from 'vitest';
import { until } from '../e2e/until.ts';
import { containersOfProject, helpersOf } from './engine.ts';
import { type Contents, differences } from './oracle.ts';
import type { World } from './world.ts';

/** What is there before a fault. */
export interface Scene {
  readonly world: World;
  readonly contents: Contents;
  readonly databases: readonly string[];
  readonly files: readonly string[];
  /** When each container of the project was started. */
  readonly started: string;
}

export async function sceneOf(world: World): Promise<Scene> {
  const [contents, databases, files, started] = await Promise.all([
    world.contents(),
    world.databases(),
    world.files(),
    startTimes(world),
  ]);
  return { world, contents, databases, files, started };
}

async function startTimes({ project }: World): Promise<string> {
  const all = await containersOfProject(project.name);
  return all.flatMap((c) => (c.state === 'running' ? [`${c.name} ${c.startedAt}`] : [])).join('\n');
}

/** Files that a fault or the command behind it may leave, below the folder of files. */
export interface Expected {
  readonly files?: readonly string[];
  readonly removed?: readonly string[];
}

/** Nothing was stopped, made or changed. */
export async function thenNothingChanged(scene: Scene, expected: Expected = {}): Promise<void> {
  const { world } = scene;
  await thenItHolds(world, scene.contents);
  expect(await world.databases()).toEqual(scene.databases);
  expect(await startTimes(world), 'no container was stopped or started').toBe(scene.started);
  await thenNothingIsLeft(scene, expected);
}

/** The database is exactly one of these, not something between. Answers which, from 0. */
export async function thenItHolds(world: World, ...allowed: readonly Contents[]): Promise<number> {
  const found = await world.contents();
  const fits = allowed.findIndex((contents) => differences(found, contents).length === 0);
  if (fits >= 0) return fits;
  const shown = allowed.map((contents) => differences(found, contents).slice(0, 8).join('\n')).join('\nor\n');
  throw new Error(`the database is none of what it may be; found | expected:\n${shown}`);
}

/** No file, session, lock or container of an operation is left, and the services run. */
export async function thenNothingIsLeft(scene: Scene, { files = [], removed = [] }: Expected = {}): Promise<void> {
  const { world } = scene;
  const { name } = world.project;
  const gone = new Set(removed.map((file) => `files/${file}`));
  const wanted = [...scene.files.filter((f) => !gone.has(f)), ...files.map((f) => `files/${f}`)];
  await until(`no container of an operation of ${name}`, async () => (await helpersOf(name)).length === 0);
  expect(await world.files()).toEqual([...new Set(wanted)].sort());
  await until('no session of coog', async () => (await sessions(world)).length === 0, 15_000);
  expect(await world.query('postgres', `SELECT * FROM pg_locks WHERE locktype = 'advisory'`), 'locks').toEqual([]);
  const closed = `SELECT datname FROM pg_database WHERE NOT datallowconn AND datname <> 'template0'`;
  expect(await world.query('postgres', closed), 'databases that let nobody in').toEqual([]);
}

/** The databases are the live one, what coog keeps of it, and those that the tests have made. */
export async function thenNoDatabaseIsStray(scene: Scene): Promise<void> {
  const now = await scene.world.databases();
  const kept = now.filter((name) => name.startsWith('coog__prev_'));
  expect(kept.length, kept.join()).toBeLessThanOrEqual(1);
  const others = (names: readonly string[]) => names.filter((name) => !name.startsWith('coog__'));
  expect(now.filter((name) => !kept.includes(name))).toEqual(others(scene.databases));
}

export async function thenServicesRun({ project }: World): Promise<void> {
  await until('the services to be healthy', async () => {
    const all = await containersOfProject(project.name);
    const found = all.map((c) => `${c.labels['com.docker.compose.service']} ${c.state} ${c.health}`);
    return found.join() === 'back running healthy,postgres running healthy';
  });
}

const sessions = (world: World) =>
  world.query('postgres', `SELECT application_name, query FROM pg_stat_activity WHERE application_name LIKE 'coog%'`);
