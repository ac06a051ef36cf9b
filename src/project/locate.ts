import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ProblemError } from '../shared/problem.ts';

const exists = (path: string, kind: 'isFile' | 'isDirectory'): Promise<boolean> =>
  stat(path).then(
    (s) => s[kind](),
    () => false,
  );

/** A project is a folder with an env.custom, a custom/ folder, or both. */
export const isProject = async (folder: string): Promise<boolean> =>
  (await exists(join(folder, 'env.custom'), 'isFile')) || (await exists(join(folder, 'custom'), 'isDirectory'));

/**
 * The project's folder: the one given, else the nearest one from `start` upwards.
 * @throws ProblemError NO_PROJECT
 */
export async function locateProject(start: string, given?: string): Promise<string> {
  const first = resolve(start, given ?? '.');
  if (await isProject(first)) return first;
  if (given === undefined) {
    for (let folder = dirname(first); folder !== dirname(folder); folder = dirname(folder))
      if (await exists(join(folder, 'env.custom'), 'isFile')) return folder;
  }
  throw new ProblemError({
    code: 'NO_PROJECT',
    title: 'this is no Coog project: there is neither an env.custom nor a custom/ folder',
    place: { file: first },
    next: 'coog init (makes one here), or --project FOLDER',
  });
}
