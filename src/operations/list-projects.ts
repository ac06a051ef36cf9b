import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { type Container, detectEngine, engineEnvironment, findContainers } from '../engine/index.ts';
import { generatedComposeFile, readLock } from '../plan/index.ts';

export type ProjectState = 'running' | 'starting' | 'unhealthy' | 'partly' | 'stopped' | 'absent';

export interface ListedProject {
  readonly name: string;
  readonly folder: string;
  /** `partly`: some containers ended badly, or do not run; `absent`: it has no containers. */
  readonly state: ProjectState;
  /** Containers that run, or have ended as they should, of how many. */
  readonly well: number;
  readonly containers: number;
  /** Where people open it; empty when only its owner may know. */
  readonly url: string;
  /** Tag of the Coog images; empty as above. */
  readonly version: string;
  /** Version of the coog that configured it last; empty when nobody knows. */
  readonly cli: string;
}

/**
 * Every project of the machine: those with containers, whoever started them, and those folders that are known besides.
 * Looks into the files of the last configure; a project of another user is told by its containers alone.
 * @throws ProblemError of the engine
 */
export async function listProjects(
  known: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ListedProject[]> {
  const access = { env: engineEnvironment(environment, '/') };
  const label = 'label=com.docker.compose.project.config_files';
  const all = await findContainers(access, ['-a', '--filter', label]).catch(async (error: unknown) => {
    await detectEngine({ env: environment, folder: '/' });
    throw error;
  });
  const ours = all.filter(
    (c) => !c.oneOff && c.configFiles.split(',').some((path) => path.endsWith(generatedComposeFile)),
  );
  const byFolder = Map.groupBy(ours, (c) => `${c.folder}\n${c.project}`);
  const running = await Promise.all(
    [...byFolder].map(([key, containers]) => {
      const [folder = '', name = ''] = key.split('\n');
      return describe(folder, name, containers);
    }),
  );
  const seen = new Set(await Promise.all(running.map(({ folder }) => realpath(folder).catch(() => folder))));
  const others = await Promise.all(
    known.map(async (folder) =>
      seen.has(await realpath(folder).catch(() => folder)) ? [] : [await describe(folder, '', [])],
    ),
  );
  return [...running, ...others.flat()].sort((a, b) =>
    a.name === b.name ? (a.folder < b.folder ? -1 : 1) : a.name < b.name ? -1 : 1,
  );
}

async function describe(folder: string, name: string, containers: readonly Container[]): Promise<ListedProject> {
  const [env, lock] = await Promise.all([readFile(join(folder, '.env'), 'utf8').catch(() => ''), readLock(folder)]);
  const values = parse(env);
  const mine = name === '' || name === values.COMPOSE_PROJECT_NAME ? values : {};
  return {
    name: name || values.COMPOSE_PROJECT_NAME || (folder.split('/').at(-1) ?? ''),
    folder,
    ...judge(containers),
    url: mine.BASE_URL ?? '',
    version: mine.IMAGE_VERSION_COOG ?? '',
    cli: lock?.cli ?? '',
  };
}

/** The state of a project, by that of its containers. */
export function judge(containers: readonly Container[]): Pick<ListedProject, 'state' | 'well' | 'containers'> {
  const runs = containers.filter(({ state }) => state === 'running');
  const ended = containers.filter(hasDoneItsWork);
  const counts = { well: runs.length + ended.length, containers: containers.length };
  if (containers.length === 0) return { state: 'absent', ...counts };
  if (runs.length === 0) return { state: 'stopped', ...counts };
  if (runs.some(({ health }) => health === 'unhealthy')) return { state: 'unhealthy', ...counts };
  if (counts.well < containers.length) return { state: 'partly', ...counts };
  return { state: runs.some(({ health }) => health === 'starting') ? 'starting' : 'running', ...counts };
}

/** As `up` takes it (engine/wait/expected.ts), but without the model: a policy that ends with success, no health check. */
const hasDoneItsWork = ({ state, exitCode, restart, health }: Container): boolean =>
  state === 'exited' && exitCode === 0 && (restart === 'no' || restart === 'on-failure') && health === undefined;
