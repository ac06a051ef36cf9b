import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/** The three Composes that coog must work with; each says where it is by an environment variable. */
const VARIABLES = {
  '1.29.2': 'COOG_TEST_COMPOSE_V1',
  '2.26': 'COOG_TEST_DOCKER_CONFIG_2_26',
  '2.40': 'COOG_TEST_DOCKER_CONFIG_2_40',
} as const;

export type ComposeName = keyof typeof VARIABLES;

/** Those of this run: what COOG_TEST_COMPOSES lists, else all. Tests that are about none of them use 2.26. */
export const COMPOSES = (process.env.COOG_TEST_COMPOSES ?? Object.keys(VARIABLES).join()).split(',') as ComposeName[];

/** Where a Compose is: the program 1.29.2, or the DOCKER_CONFIG of the others. Fails, and does not skip, without it. */
export function whereIs(name: ComposeName): string {
  const value = process.env[VARIABLES[name]];
  if (!value)
    throw new Error(`${VARIABLES[name]} is not set: run the tests by "npm test", which prepares every Compose`);
  return value;
}

/** By which variables coog is told to use a Compose. */
export const choiceOf = (name: ComposeName): Record<string, string> =>
  name === '1.29.2'
    ? { COOG_COMPOSE: whereIs(name) }
    : { COOG_COMPOSE: 'docker compose', DOCKER_CONFIG: whereIs(name) };

/** A real Compose's command line and environment. Nothing of the shell reaches it. */
export function commandOf(name: ComposeName): { command: string[]; env: Record<string, string> } {
  const where = whereIs(name);
  const env = { PATH: `/usr/local/bin:/usr/bin:/bin:${dirname(where)}`, HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };
  if (name === '1.29.2') return { command: [where], env };
  return { command: ['docker', 'compose'], env: { ...env, DOCKER_CONFIG: where } };
}

const run = promisify(execFile);

/** Runs any command of a real Compose in a folder; `config` and `version` need no engine. */
export async function compose(name: ComposeName, folder: string, ...words: string[]): Promise<string> {
  const { command, env } = commandOf(name);
  const [file = '', ...args] = command;
  const { stdout } = await run(file, [...args, ...words], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
