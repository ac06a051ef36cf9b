import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { upgradeJournal } from '../operations/index.ts';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';

/** In their order. Before the first one stand the plan and the pre-flight, which change nothing. */
export const stepNames = ['pull', 'backup', 'stop', 'switch', 'update', 'start'] as const;
export type StepName = (typeof stepNames)[number];

/** A variable that the upgrade sets, and what it was; undefined: it was not in that file. */
export interface VariableChange {
  readonly name: string;
  /** Relative to the project. */
  readonly file: string;
  readonly from: string | undefined;
  readonly to: string;
}

/** A backup that was made before anything was changed. */
export interface BackupMade {
  readonly of: string;
  readonly file: string;
}

/**
 * How far an upgrade is. It is on the disk before a step begins, so that whatever ends coog leaves a trace by which the upgrade is
 * continued or taken back. `under-way`: `step` is not known to be over; `done`: it may still be taken back; `taking-back`: a
 * rollback has begun.
 */
export interface Journal {
  readonly format: 1;
  readonly id: string;
  readonly state: 'under-way' | 'done' | 'taking-back';
  readonly step: StepName;
  readonly from: string;
  readonly to: string;
  /** ISO 8601. */
  readonly began: string;
  readonly changes: readonly VariableChange[];
  /** Services that are stopped while the databases are updated. */
  readonly services: readonly string[];
  /** Of the back office: updated. */
  readonly databases: readonly string[];
  /** Of plugins: the new version gets a copy. Journals of before have none. */
  readonly others?: readonly string[];
  /** The backup of MongoDB that was made when nobody used it any more; absolute. */
  readonly mongo?: string;
  readonly backups: readonly BackupMade[];
  readonly filestore: boolean;
  /** Content of the files that the changes go into, from just before they were changed: secrets, as in the files. */
  readonly kept: Readonly<Record<string, string>>;
}

/** The last upgrade of a project, unless it was taken back. @throws ProblemError UPGRADE_JOURNAL_DAMAGED (2) */
export async function readJournal(project: string): Promise<Journal | undefined> {
  const text = await readFile(upgradeJournal(project), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const journal = parse(text);
  if (journal?.format === 1 && stepNames.includes(journal.step)) return journal;
  throw new ProblemError(damaged(upgradeJournal(project)));
}

function parse(text: string): Journal | undefined {
  try {
    return JSON.parse(text) as Journal;
  } catch {
    return undefined;
  }
}

export async function writeJournal(project: string, journal: Journal): Promise<void> {
  await mkdir(dirname(upgradeJournal(project)), { recursive: true, mode: 0o700 });
  await writeFilesAtomically([
    { path: upgradeJournal(project), content: `${JSON.stringify(journal, null, 2)}\n`, mode: 0o600 },
  ]);
}

export const removeJournal = (project: string): Promise<void> => rm(upgradeJournal(project), { force: true });

/** What the database says of the one that this upgrade replaced: the way back, whatever the journal knows. */
export const markOf = ({ id }: Journal): string => `upgrade ${id}`;

const damaged = (path: string): Problem => ({
  code: 'UPGRADE_JOURNAL_DAMAGED',
  title: 'the journal of an upgrade cannot be read, so it is not known how far it came',
  place: { file: path },
  next: 'coog db:list and coog config:explain IMAGE_VERSION_COOG show what is there; then remove the file',
});
