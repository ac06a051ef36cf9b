import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isOrphaned, ownerLabel } from '../shared/process-owner.ts';
import { removeStaleTemporaries } from '../shared/stale-temporaries.ts';

/** Who has a lock: what stands in its file. */
export interface Holder {
  /** Of this one taking of the lock, and of no other. */
  readonly token: string;
  /** `host/pid/start`, see shared/process-owner. */
  readonly owner: string;
  /** Empty where nobody knows. */
  readonly user: string;
  readonly command: string;
  /** What it works on; empty when it does not say. */
  readonly what: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

export type Wish = Pick<Holder, 'command' | 'what' | 'user'> & { readonly now: Date };

export type Taking =
  | { readonly taken: true; readonly release: () => Promise<void>; readonly dead: Holder | undefined }
  | { readonly taken: false; readonly holder: Holder | undefined };

const MOST_ATTEMPTS = 20;

/**
 * Takes a lock that is a file, or says at once who has it; nothing waits. The file gets its name when its content is whole.
 * A lock whose holder is dead is taken over; one of another machine stays, as nothing can be known of its processes.
 * @throws what the file system says where the lock cannot be written
 */
export async function takeLock(path: string, { command, what, user, now }: Wish): Promise<Taking> {
  const holder = { command, what, user, token: newToken(), owner: await ownerLabel(), since: now.toISOString() };
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      return await take(path, holder);
    } catch (error) {
      // Who has just released a lock took the folder away with it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Who has a lock now, dead or alive; undefined when nobody has it, or its file says nothing. */
export async function holderOf(path: string): Promise<Holder | undefined> {
  try {
    const holder = JSON.parse(await readFile(path, 'utf8')) as Holder | null;
    return typeof holder?.owner === 'string' ? holder : undefined;
  } catch {
    return undefined;
  }
}

async function take(path: string, holder: Holder): Promise<Taking> {
  const release = async (): Promise<void> => {
    if ((await holderOf(path))?.token === holder.token) await rm(path, { force: true });
  };
  if (await create(path, holder)) return { taken: true, release, dead: undefined };
  const other = await holderOf(path);
  if (!other || !(await isOrphaned(other.owner))) return { taken: false, holder: other };
  await removeStaleTemporaries(dirname(path));
  if ((await removeDead(path, other, holder)) && (await create(path, holder)))
    return { taken: true, release, dead: other };
  return { taken: false, holder: await holderOf(path) };
}

/**
 * Takes a dead holder's file away, under a lock that is named for this one taking: of two who found it, the slower one would
 * else remove the lock that the faster one has already.
 */
async function removeDead(path: string, dead: Holder, by: Holder): Promise<boolean> {
  const removing = await take(`${path}.${dead.token}`, { ...by, token: newToken() });
  if (!removing.taken) return false;
  try {
    if ((await holderOf(path))?.token === dead.token) await rm(path, { force: true });
    return true;
  } finally {
    await removing.release();
  }
}

/** False when the file exists. A link, and not an exclusive open: nobody ever sees a lock that is half written. */
async function create(path: string, holder: Holder): Promise<boolean> {
  const temporary = `${path}.${process.pid}.coog-tmp`;
  await rm(temporary, { force: true });
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await handle.close();
    await rm(temporary, { force: true });
  }
}

const newToken = (): string => randomBytes(8).toString('hex');
