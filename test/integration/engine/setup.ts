import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectEngine, docker, type Engine, findContainers, tryDocker } from '../../../src/engine/index.ts';

export const IMAGE = 'debian:trixie-slim';

/** The three Composes that coog must work with; each says where it is by an environment variable. */
export const COMPOSES = ['1.29.2', '2.26', '2.40'] as const;
export type ComposeName = (typeof COMPOSES)[number];

const VARIABLES: Record<ComposeName, string> = {
  '1.29.2': 'COOG_TEST_COMPOSE_V1',
  '2.26': 'COOG_TEST_DOCKER_CONFIG_2_26',
  '2.40': 'COOG_TEST_DOCKER_CONFIG_2_40',
};

/** The engine with one of the Composes. Fails, and does not skip, where a machine has not been set up for the tests. */
export async function engineWith(name: ComposeName, folder: string): Promise<Engine> {
  const variable = VARIABLES[name];
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: it says where Docker Compose ${name} is (see scripts/test.mjs)`);
  const chosen = name === '1.29.2' ? { COOG_COMPOSE: value } : { COOG_COMPOSE: 'docker compose', DOCKER_CONFIG: value };
  return detectEngine({ env: { ...process.env, ...chosen }, folder });
}

export interface TestProject {
  readonly name: string;
  readonly folder: string;
  readonly write: (compose: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** A project of a random name in a temporary folder; `remove` takes away whatever the engine has of it. */
export async function createProject(): Promise<TestProject> {
  const name = `coogtest-${randomBytes(4).toString('hex')}`;
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  await writeFile(join(folder, '.env'), `COMPOSE_PROJECT_NAME=${name}\nCOMPOSE_FILE=stack.yml\n`);
  return {
    name,
    folder,
    write: (compose) => writeFile(join(folder, 'stack.yml'), compose),
    remove: async () => {
      await removeObjects(name);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function removeObjects(project: string): Promise<void> {
  const access = { env: { PATH: process.env.PATH ?? '' } };
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const ids = (await findContainers(access, ['-a', ...filter])).map(({ id }) => id);
  if (ids.length > 0) await tryDocker(access, ['rm', '--force', '--volumes', ...ids]);
  const networks = (await docker(access, ['network', 'ls', '-q', ...filter])).stdout.split('\n').filter(Boolean);
  if (networks.length > 0) await tryDocker(access, ['network', 'rm', ...networks]);
}

/** A subnet of 10.213.0.0/16, which is the tests' own. */
export const testSubnet = (): string => `10.213.${randomBytes(1)[0]}.0/24`;
