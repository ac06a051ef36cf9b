import { access, chown, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, ProblemError } from '../../shared/problem.ts';
import type { ComposeModel } from '../model/model.ts';
import { type PlannedFolder, planBinds } from './plan-folders.ts';

export interface FolderFacts {
  /** Folders whose content is the project's data: FILESYSTEM_ROOT and the values of the *_VOLUME variables. */
  readonly roots: readonly string[];
  /** Who runs coog. */
  readonly uid: number;
  readonly gid: number;
}

/** FOLDER_NOT_CREATABLE, FOLDER_NOT_WRITABLE, FOLDER_IS_FILE and BIND_SOURCE_MISSING for the model's bind mounts. */
export async function checkFolders(model: ComposeModel, facts: FolderFacts): Promise<Problem[]> {
  const { folders, existing } = planBinds(model, facts.roots);
  const found = await Promise.all([
    ...folders.map((folder) => checkFolder(folder, facts)),
    ...existing.map(({ path, services }) => checkExisting(path, services)),
  ]);
  return found.flat();
}

/**
 * Makes the folders that are missing, each owned by its user; those that exist are left as they are. Throws ProblemError
 * before it makes any when one cannot be made or only root could give it to its user.
 */
export async function createFolders(
  plan: readonly PlannedFolder[],
  who: Pick<FolderFacts, 'uid' | 'gid'>,
): Promise<readonly string[]> {
  const present = await Promise.all(plan.map(({ path }) => exists(path)));
  const missing = plan.filter((_, index) => !present[index]);
  const problems = (await Promise.all(missing.map((folder) => checkCreatable(folder, who)))).flat();
  if (problems.length > 0) throw new ProblemError(problems);
  for (const { path, uid, gid } of missing) {
    await mkdir(path, { recursive: true });
    if (uid !== undefined && who.uid === 0) await chown(path, uid, gid ?? 0);
  }
  return missing.map(({ path }) => path);
}

async function checkFolder(folder: PlannedFolder, facts: FolderFacts): Promise<Problem[]> {
  const found = await statOf(folder.path);
  if (found === 'hidden') return [];
  if (found === 'absent') return checkCreatable(folder, facts);
  if (!found.isDirectory()) return [isFile(folder)];
  const { uid, gid = 0 } = folder;
  if (uid === undefined || folder.readOnly || mayWrite(found, uid, gid)) return [];
  return [notWritable(folder, `${found.uid}:${found.gid}`, (found.mode & 0o777).toString(8))];
}

async function checkCreatable(folder: PlannedFolder, who: Pick<FolderFacts, 'uid' | 'gid'>): Promise<Problem[]> {
  let parent = dirname(folder.path);
  let found = await statOf(parent);
  while (found === 'absent' && parent !== dirname(parent)) {
    parent = dirname(parent);
    found = await statOf(parent);
  }
  const isWritable = await access(parent, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (typeof found === 'object' && !found.isDirectory()) return [notCreatable(folder, `${parent} is a file.`)];
  if (!isWritable) return [notCreatable(folder, `${parent} is not writable for you.`)];
  const { uid } = folder;
  if (uid === undefined || who.uid === 0 || (uid === who.uid && (folder.gid ?? who.gid) === who.gid)) return [];
  return [notCreatable(folder, `It must belong to ${uid}:${folder.gid}, and only root can give it away.`)];
}

async function checkExisting(path: string, services: readonly string[]): Promise<Problem[]> {
  if ((await statOf(path)) !== 'absent') return [];
  return [
    {
      code: 'BIND_SOURCE_MISSING',
      title: `${path} does not exist`,
      detail: `It is mounted into ${services.join(', ')}. Docker would silently make an empty folder there.`,
      place: { file: path },
      next: `put ${path} in place, or take its mount out of the compose file`,
    },
  ];
}

/** By mode bits alone, as a process of that user and group (and no other) in a container meets them. */
export function mayWrite(found: { uid: number; gid: number; mode: number }, uid: number, gid: number): boolean {
  if (uid === 0) return true;
  const shift = found.uid === uid ? 6 : found.gid === gid ? 3 : 0;
  return ((found.mode >> shift) & 0o3) === 0o3;
}

/** `hidden`: a parent does not let us look, so nothing is known. */
const statOf = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' || error.code === 'ENOTDIR' ? ('absent' as const) : ('hidden' as const),
  );

const exists = async (path: string): Promise<boolean> => (await statOf(path)) !== 'absent';

const notCreatable = (folder: PlannedFolder, reason: string): Problem => ({
  code: 'FOLDER_NOT_CREATABLE',
  title: `the folder ${folder.path} cannot be made`,
  detail: `${reason} Used by: ${folder.services.join(', ')}.`,
  place: { file: folder.path },
  next: `sudo install -d ${ownerOptions(folder)}${quote(folder.path)}`,
});

const notWritable = (folder: PlannedFolder, owner: string, mode: string): Problem => ({
  code: 'FOLDER_NOT_WRITABLE',
  title: `the folder ${folder.path} is not writable for ${folder.uid}:${folder.gid}`,
  detail: `It belongs to ${owner} with mode ${mode}; ${folder.services.join(', ')} runs as ${folder.uid}:${folder.gid}.`,
  place: { file: folder.path },
  next: `sudo chown ${folder.uid}:${folder.gid} ${quote(folder.path)}`,
});

const isFile = (folder: PlannedFolder): Problem => ({
  code: 'FOLDER_IS_FILE',
  title: `${folder.path} is a file, where a folder must be`,
  detail: `Used by: ${folder.services.join(', ')}.`,
  place: { file: folder.path },
  next: `mv ${quote(folder.path)} ${quote(`${folder.path}.kept`)}`,
});

const ownerOptions = ({ uid, gid }: PlannedFolder): string => (uid === undefined ? '' : `-o ${uid} -g ${gid} `);

const quote = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
