import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const composeVersions = ['1.29.2', '2.26', '2.40'] as const;
export type ComposeVersion = (typeof composeVersions)[number];

const given = (name: string): string => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests by "npm test", which prepares every Compose`);
  return value;
};

/** The command line and the environment of one real Compose. Nothing of the shell reaches it. */
function commandOf(version: ComposeVersion): { command: string; args: string[]; env: Record<string, string> } {
  const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LC_ALL: 'C.UTF-8' };
  if (version === '1.29.2') return { command: given('COOG_TEST_COMPOSE_V1'), args: [], env };
  const DOCKER_CONFIG = given(`COOG_TEST_DOCKER_CONFIG_${version.replace('.', '_')}`);
  return { command: 'docker', args: ['compose'], env: { ...env, DOCKER_CONFIG } };
}

/** Runs any command of a real Compose in a folder; `config` and `version` need no engine. */
export async function compose(version: ComposeVersion, folder: string, ...words: string[]): Promise<string> {
  const { command, args, env } = commandOf(version);
  const { stdout } = await run(command, [...args, ...words], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}
