import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeFromEngine } from './machine.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of what all files of a run share. */
    readonly coogShared: string;
  }
}

/** Named by vitest.config.ts (`globalSetup`): what test files share lives until the last of them is over. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'coogtest-shared-'));
  project.provide('coogShared', folder);
  return () => removeShared(folder);
}

/** A shared folder holds a file for each project, named like it. */
export async function removeShared(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await removeFromEngine(name.replace(/\.json$/, ''));
  await rm(folder, { recursive: true, force: true });
}
