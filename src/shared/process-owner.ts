import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

/** Which process a container belongs to: `host/pid/start`; start in clock ticks since boot, for a pid that was given again. */
export async function ownerLabel(): Promise<string> {
  return `${hostname()}/${process.pid}/${(await startOf(process.pid)) ?? ''}`;
}

/** Whether the process of a label has ended; false for one of another machine, of which nothing can be known. */
export async function isOrphaned(label: string): Promise<boolean> {
  const [host, pid, start = ''] = label.split('/');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return false;
  const now = await startOf(Number(pid));
  return start === '' ? !isAlive(Number(pid)) : now !== start;
}

/** Undefined where the process, or /proc, does not exist. The program's name, in parentheses, may hold anything. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
