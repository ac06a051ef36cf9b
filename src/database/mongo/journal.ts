import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Document } from 'mongodb';
import type { Plan } from '../../plan/index.ts';
import { writeFilesAtomically } from '../../shared/atomic-write.ts';

/** One collection that is renamed. */
export interface Step {
  readonly database: string;
  readonly from: string;
  readonly to: string;
}

export interface View {
  readonly database: string;
  readonly name: string;
  readonly options: Document;
}

/**
 * How far a load is; what a killed one left is taken back by it. `restoring`: live collections are untouched; `swapping`: they may
 * have been renamed; `done`: the new ones serve, and the old ones may go.
 */
export interface Journal {
  readonly id: string;
  readonly state: 'restoring' | 'swapping' | 'done';
  /** In their order. */
  readonly steps: readonly Step[];
  /** Of before and of after: a view cannot be renamed, only made again. */
  readonly views: { readonly before: readonly View[]; readonly after: readonly View[] };
}

const fileOf = (plan: Plan): string => join(plan.folder, '.coog', 'mongo-load.json');

/** Of the last load, when it did not come to its end. */
export async function readJournal(plan: Plan): Promise<Journal | undefined> {
  const text = await readFile(fileOf(plan), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Journal);
}

/** On the disk before it is acted upon. */
export async function writeJournal(plan: Plan, journal: Journal): Promise<void> {
  const path = fileOf(plan);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFilesAtomically([{ path, content: `${JSON.stringify(journal)}\n`, mode: 0o600 }]);
}

export const removeJournal = (plan: Plan): Promise<void> => rm(fileOf(plan), { force: true });
