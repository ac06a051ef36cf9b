import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { type ComposeName, choiceOf } from '../composes.ts';

export const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
export const PROGRAM = join(REPOSITORY, 'bin', 'run.js');
/** Small, and on the machine: every stand-in of the demo is built on it. */
export const IMAGE = 'debian:trixie-slim';

export { COMPOSES, type ComposeName } from '../composes.ts';

export type Environment = Readonly<Record<string, string>>;

/**
 * The whole environment of a coog that uses one of the Composes: nothing of the shell that runs the tests is in it.
 */
export function environmentWith(compose: ComposeName, home: string): Environment {
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: home,
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    ...choiceOf(compose),
  };
}

/** What `docker ARGS` printed; throws when it fails. */
export async function docker(...args: string[]): Promise<string> {
  return (await execa('docker', args)).stdout;
}

export const dockerLines = async (...args: string[]): Promise<string[]> =>
  (await docker(...args)).split('\n').filter((line) => line !== '');

/** Takes away whatever the engine has of a project. */
export async function removeFromEngine(project: string): Promise<void> {
  const filter = ['--filter', `label=com.docker.compose.project=${project}`];
  const containers = await dockerLines('ps', '-aq', ...filter);
  if (containers.length > 0) await execa('docker', ['rm', '--force', '--volumes', ...containers], { reject: false });
  const networks = await dockerLines('network', 'ls', '-q', ...filter);
  if (networks.length > 0) await execa('docker', ['network', 'rm', ...networks], { reject: false });
  const volumes = await dockerLines('volume', 'ls', '-q', ...filter);
  if (volumes.length > 0) await execa('docker', ['volume', 'rm', ...volumes], { reject: false });
}
