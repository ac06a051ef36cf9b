import { chown, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import { isOrphaned } from '../shared/process-owner.ts';
import { formatAge } from '../shared/units.ts';
import { type Holder, holderOf, type Taking, takeLock } from './file-lock.ts';
import { appendHistory, type HistoryRecord, historyFile, type Result } from './records.ts';

/** Who changes which project, by which command. */
export interface Changer {
  /** Of the project. */
  readonly folder: string;
  readonly command: string;
  /** What is changed, by name; never a value. */
  readonly what: string;
  readonly user: string;
  readonly host: string;
  readonly now: () => Date;
  readonly tell: (problems: readonly Problem[]) => void;
}

/** What the work of a changing command can say of itself. */
export interface Change {
  /** Nothing was changed after all: the history keeps no line. */
  nothing(): void;
  /** From here on the command changes nothing of the project any more: it is told as done, and others may begin. */
  release(): Promise<void>;
}

/** Folder of a project for what coog itself keeps there. */
export const stateFolder = (folder: string): string => join(folder, '.coog');
export const lockFile = (folder: string): string => join(stateFolder(folder), 'lock');

/**
 * Does some work as the only changing command of a project, and writes a line into its history. What is refused (exit code
 * 2) changed nothing and leaves no line.
 *
 * Where the lock cannot be written (a full disk, somebody else's folder) the work is done all the same, and a warning is
 * told: what makes room again must not need room.
 * @throws ProblemError PROJECT_LOCKED (2) that names who works on it
 */
export async function asChange<T>(changer: Changer, work: (change: Change) => Promise<T>): Promise<T> {
  const began = changer.now();
  const lock = await lockProject(changer, began);
  let state: 'open' | 'nothing' | 'over' = 'open';
  const end = async (result: Result | undefined, problems: readonly string[] = []): Promise<void> => {
    if (state === 'over') return;
    state = 'over';
    if (!lock.taken) {
      if (result === 'done') changer.tell([lock.problem]);
      return;
    }
    try {
      if (result) await append(changer, began, result, problems);
    } finally {
      await lock.release();
      await leave(changer.folder);
    }
  };
  try {
    const answer = await work({
      nothing: () => {
        if (state === 'open') state = 'nothing';
      },
      release: () => end('done'),
    });
    await end((state as string) === 'nothing' ? undefined : 'done');
    return answer;
  } catch (error) {
    await end(resultOf(error), error instanceof ProblemError ? error.problems.map(({ code }) => code) : []);
    throw error;
  }
}

function resultOf(error: unknown): Result | undefined {
  if (!(error instanceof ProblemError)) return 'failed';
  if (error.exitCode === ExitCode.refused) return undefined;
  return error.problems.some(({ code }) => /INTERRUPTED|STOPPED/.test(code)) ? 'interrupted' : 'failed';
}

type ProjectLock =
  | { readonly taken: true; readonly release: () => Promise<void> }
  | { readonly taken: false; readonly problem: Problem };

async function lockProject(changer: Changer, now: Date): Promise<ProjectLock> {
  const path = lockFile(changer.folder);
  let taking: Taking;
  try {
    taking = await takeLock(path, { ...changer, now });
  } catch (error) {
    const other = await holderOf(path);
    if (other && !(await isOrphaned(other.owner))) throw new ProblemError(projectLocked(path, other, changer));
    return { taken: false, problem: notWritable(changer.folder, error as NodeJS.ErrnoException) };
  }
  if (!taking.taken) throw new ProblemError(projectLocked(path, taking.holder, changer));
  await belongToProject(changer.folder);
  if (taking.dead) await record(changer.folder, killed(taking.dead));
  return taking;
}

/** What root makes in a project of somebody else must not shut its owner out. */
async function belongToProject(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  const paths = [stateFolder(folder), lockFile(folder), historyFile(stateFolder(folder))];
  await Promise.all(paths.map((path) => chown(path, uid, gid).catch(() => undefined)));
}

async function append(
  { folder, command, what, user, host, now }: Changer,
  began: Date,
  result: Result,
  problems: readonly string[],
): Promise<void> {
  const took = now().getTime() - began.getTime();
  const told = problems.length > 0 ? { problems } : {};
  const whole: HistoryRecord = {
    at: began.toISOString(),
    command,
    what,
    user,
    host,
    pid: process.pid,
    result,
    ...told,
    took,
  };
  await record(folder, whole);
}

/** Best effort: what was done is done, also where the disk has no room for a line about it. */
async function record(folder: string, line: HistoryRecord): Promise<void> {
  await appendHistory(stateFolder(folder), line).catch(() => undefined);
  await belongToProject(folder);
}

const killed = ({ since, command, what, user, owner }: Holder): HistoryRecord => {
  const [host = '', pid = ''] = owner.split('/');
  return { at: since, command, what, user, host, pid: Number(pid), result: 'killed' };
};

/** A command that changed nothing leaves no folder behind. */
const leave = (folder: string): Promise<void> => rmdir(stateFolder(folder)).catch(() => undefined);

function projectLocked(path: string, holder: Holder | undefined, { host, now }: Changer): Problem {
  const [other = '', pid = ''] = holder?.owner.split('/') ?? [];
  const foreign = holder !== undefined && other !== host;
  const age = holder ? formatAge(new Date(holder.since), now()) : '';
  const who = holder && `coog ${holder.command}${holder.what ? ` (${holder.what})` : ''}`;
  return {
    code: 'PROJECT_LOCKED',
    title: 'another command changes this project; nothing was changed',
    detail: holder
      ? `${who} of ${holder.user || 'somebody'}, process ${pid} on ${other}, since ${holder.since} (${age})`
      : 'It has just begun.',
    place: { file: path },
    next: foreign
      ? `wait until it is over; if that machine was switched off: rm ${path}`
      : 'wait until it is over, then try again',
  };
}

const notWritable = (folder: string, error: NodeJS.ErrnoException): Problem => ({
  code: 'LOCK_NOT_WRITABLE',
  severity: 'warning',
  title: 'the lock of this project cannot be written: nothing kept others away, and the history has no line of this',
  detail: error.message,
  place: { file: stateFolder(folder) },
  next: error.code === 'ENOSPC' ? 'df -h' : `sudo chown -R "$(id -un)" ${stateFolder(folder)}`,
});
