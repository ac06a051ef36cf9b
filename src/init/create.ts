import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Declaration, renderSample } from '../configuration/index.ts';
import { generateSecret } from '../settings/index.ts';
import { type FileToWrite, writeFilesAtomically } from '../shared/atomic-write.ts';
import { ProblemError } from '../shared/problem.ts';
import { projectNameFrom, renderEnvCustom } from './env-custom.ts';
import type { Answers, FreeResources } from './types.ts';

/** What is taken when nobody is asked. */
export const defaultAnswers = (folder: string, demo: boolean, givenName?: string): Answers => {
  const name = givenName ?? projectNameFrom(basename(folder));
  return { name, dataFolder: join(folder, 'data'), hostname: `${name}.localhost`, demo };
};

/** Names that make a folder a project, or that a project would write. */
const taken = ['env.custom', 'custom', '.env', 'override.yml', 'disabled_services', 'env.base'];

/** A new project may only go where none is: nothing is ever overwritten. @throws ProblemError PROJECT_EXISTS */
export async function refuseExisting(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [] as string[];
    throw cannotUse(folder, error);
  });
  const found = taken.filter((name) => names.includes(name));
  if (found.length === 0) return;
  throw new ProblemError({
    code: 'PROJECT_EXISTS',
    title: `the folder is a project already (it has ${found.join(', ')}); coog init never overwrites`,
    place: { file: folder },
    next: found.includes('env.base')
      ? `coog configure -C ${folder}   (the scripts' folder works as it is), or: coog init NEW_FOLDER --from ${folder}`
      : `coog configure -C ${folder}, or: coog init OTHER_FOLDER`,
  });
}

/** Writes env.custom (0600) and env.custom.sample. */
export async function createProject(
  folder: string,
  answers: Answers,
  free: FreeResources,
  declarations: readonly Declaration[],
): Promise<readonly string[]> {
  await refuseExisting(folder);
  const files: FileToWrite[] = [
    { path: join(folder, 'env.custom.sample'), content: renderSample(declarations), mode: 0o644 },
    { path: join(folder, 'env.custom'), content: renderEnvCustom(answers, free, generateSecret), mode: 0o600 },
  ];
  try {
    await mkdir(folder, { recursive: true });
    await writeFilesAtomically(files);
  } catch (error) {
    throw cannotUse(folder, error as NodeJS.ErrnoException);
  }
  return files.map((f) => basename(f.path));
}

const cannotUse = (folder: string, error: NodeJS.ErrnoException): ProblemError =>
  new ProblemError(
    {
      code: 'FOLDER_NOT_USABLE',
      title: `the project cannot be made there (${error.code ?? error.message})`,
      place: { file: folder },
      next: 'coog init OTHER_FOLDER',
    },
    { cause: error },
  );
