import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { repository } from '../plugins.ts';
import { npm, pack, publish } from './npm.ts';
import { startRegistry } from './verdaccio.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly coogRegistry: {
      readonly url: string;
      readonly storage: string;
      /** The program of the CLI that was packed and installed as a user does it. */
      readonly coog: string;
      /** Folder of the packed plugins of the repository. */
      readonly packages: string;
    };
  }
}

/** A registry with the packed plugins of the repository, and the packed CLI in a prefix of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'coogtest-registry-'));
  const packages = join(folder, 'packages');
  await mkdir(packages);
  const registry = await startRegistry(join(folder, 'registry'));
  const remove = async (): Promise<void> => {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const name of await readdir(join(repository, 'plugins')))
      await publish(await pack(join(repository, 'plugins', name), packages), registry.url);
    const prefix = join(folder, 'prefix');
    const cli = await pack(repository, folder);
    const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await npm(folder, ['install', '--global', `--prefix=${prefix}`, cli, ...quiet]);
    project.provide('coogRegistry', {
      url: registry.url,
      storage: registry.storage,
      coog: join(prefix, 'bin', 'coog'),
      packages,
    });
    return remove;
  } catch (error) {
    await remove();
    throw error;
  }
}
