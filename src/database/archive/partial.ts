import { createHash, randomBytes } from 'node:crypto';
import { lstat, readdir, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Milliseconds after which an unfinished file from elsewhere counts as left behind: a writer writes more often. */
const FOREIGN_AGE = 24 * 60 * 60 * 1000;

const pattern = /\.([0-9a-f]{6})([0-9a-f]{6})([0-9a-f]{6})-(\d+)-(\d+)-[0-9a-f]{6}\.partial$/;

/** Where process numbers mean the same. Digests, six digits each. */
interface Place {
  readonly machine: string;
  readonly boot: string;
  readonly namespace: string;
}

/**
 * The name of an unfinished file beside its target. It says who writes it: machine, boot, PID namespace, process,
 * and when that process started, as process numbers are used again.
 */
export async function partialPath(target: string): Promise<string> {
  const { machine, boot, namespace } = await thisPlace();
  const started = (await startOf(process.pid)) ?? 0;
  const who = `${machine}${boot}${namespace}-${process.pid}-${started}-${randomBytes(3).toString('hex')}`;
  return join(dirname(target), `${basename(target).slice(0, 60)}.${who}.partial`);
}

/** Whether a file name is one of `partialPath`. */
export const isPartial = (name: string): boolean => pattern.test(name);

/** Removes the unfinished files and folders in a folder whose writer is dead. */
export async function removeStalePartials(folder: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [] as string[])).filter(isPartial);
  if (names.length === 0) return;
  const here = await thisPlace();
  for (const name of names)
    if (await isStale(folder, name, here))
      await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}

/** Removes a file or a folder; a folder loses its name at once, so that a kill never leaves a part of it under that name. */
export async function removeAsOne(path: string): Promise<void> {
  const info = await lstat(path).catch(() => undefined);
  if (!info?.isDirectory()) return rm(path, { force: true });
  const doomed = await partialPath(path);
  await rename(path, doomed);
  await rm(doomed, { recursive: true, force: true });
}

async function isStale(folder: string, name: string, here: Place): Promise<boolean> {
  const [, machine, boot, namespace, pid, started] = pattern.exec(name) ?? [];
  if (boot === here.boot && namespace === here.namespace) return !(await runs(Number(pid), Number(started)));
  if (boot !== here.boot && machine === here.machine) return true;
  // Of a container, or of another machine that shares the folder: whether the process lives cannot be seen.
  const info = await stat(join(folder, name)).catch(() => undefined);
  return info !== undefined && Date.now() - info.mtimeMs > FOREIGN_AGE;
}

async function runs(pid: number, started: number): Promise<boolean> {
  if (!exists(pid)) return false;
  const start = await startOf(pid);
  return start === undefined || started === 0 || start === started;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from the boot to the start of a process: field 22 of proc_pid_stat(5); undefined where there is no /proc. */
async function startOf(pid: number): Promise<number | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The name of the program, in brackets, may itself hold brackets and spaces.
  const field = line?.slice(line.lastIndexOf(')') + 2).split(' ')[19];
  return field === undefined ? undefined : Number(field);
}

async function thisPlace(): Promise<Place> {
  const id = await readFile('/etc/machine-id', 'latin1').catch(() => '');
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '');
  const namespace = await readlink('/proc/self/ns/pid').catch(() => '');
  return { machine: short(`${id}${hostname()}`), boot: short(boot), namespace: short(namespace) };
}

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
