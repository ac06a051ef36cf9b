import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../../plan/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { isOrphaned, ownerLabel } from '../client/index.ts';

interface Holder {
  readonly owner: string;
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/**
 * Does some work while no other command works on the project's MongoDB, which has no locks of its own. What stands in the
 * lock says who has it; one whose holder is dead is taken over.
 * @throws ProblemError DB_LOCKED (exit code 2) that names who has it and since when
 */
export async function withMongoLock<T>(plan: Plan, command: string, now: Date, work: () => Promise<T>): Promise<T> {
  const folder = join(plan.folder, '.coog');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'mongo.lock');
  await take(path, { owner: await ownerLabel(), command, since: now.toISOString() });
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, holder: Holder): Promise<void> {
  if (await create(path, holder)) return;
  const other = await read(path);
  if (other && (await isOrphaned(other.owner))) {
    await rm(path, { force: true });
    if (await create(path, holder)) return;
  }
  const who = other ?? (await read(path));
  throw new ProblemError({
    code: 'DB_LOCKED',
    title: "another operation works on the project's MongoDB",
    detail: who ? `${who.command} (${who.owner}, since ${who.since})` : 'It has just begun.',
    place: { file: path },
    next: 'wait until it is over, then try again',
  });
}

async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(`${JSON.stringify(holder)}\n`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function read(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}
