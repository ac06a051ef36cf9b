import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectEngine, docker, type Engine, findContainers, tryDocker } from '../../../src/engine/index.ts';
import { type ComposeName, choiceOf } from '../../support/composes.ts';

export const IMAGE = 'debian:trixie-slim';

export { COMPOSES } from '../../support/composes.ts';

/** The engine with one of the Composes. */
export async function engineWith(name: ComposeName, folder: string): Promise<Engine> {
  return detectEngine({ env: { ...process.env, ...choiceOf(name) }, folder });
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
