import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { repository } from '../plugins.ts';

const { resolve } = createRequire(join(repository, 'package.json'));
export const npmProgram = join(resolve('npm/package.json'), '../bin/npm-cli.js');

/** Runs npm; answers what it printed. @throws when it fails */
export async function npm(folder: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const { stdout } = await execa(process.execPath, [npmProgram, ...args], { cwd: folder, env: { PATH, ...env } });
  return stdout;
}

/** Packs a folder; answers the path of the tarball. */
export async function pack(folder: string, target: string): Promise<string> {
  const name = await npm(folder, ['pack', '--silent', '--ignore-scripts', '--pack-destination', target]);
  return join(target, name.trim().split('\n').at(-1) ?? '');
}

/** Publishes a folder or a tarball. Any token will do: the registry lets everybody publish. */
export async function publish(what: string, url: string, tag = 'latest'): Promise<void> {
  const token = `--${url.replace(/^http:/, '')}:_authToken=anybody`;
  await npm(dirname(what), ['publish', what, `--registry=${url}`, token, '--ignore-scripts', '--tag', tag]);
}
