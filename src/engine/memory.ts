import { readFile } from 'node:fs/promises';

/**
 * Bytes of memory that a container uses, as `docker stats` counts: without what the kernel could take back from its cache.
 * Read from the kernel and not asked of the engine, which measures for a second. Undefined where the process is not of this
 * machine.
 */
export async function memoryOf(
  { id, pid }: { readonly id: string; readonly pid: number },
  root = '',
): Promise<number | undefined> {
  if (pid === 0) return undefined;
  try {
    const groups = (await readFile(`${root}/proc/${pid}/cgroup`, 'utf8')).trim().split('\n').map(readGroup);
    const [first, second] = [
      groups.find(({ controllers }) => controllers.includes('memory')),
      groups.find((g) => g.id === '0'),
    ];
    const group = first ?? second;
    // A number that is given to another process by now, or that means one of the engine's own machine.
    if (!group?.path.includes(id)) return undefined;
    const folder = `${root}/sys/fs/cgroup${first ? '/memory' : ''}${group.path}`;
    const [used, cache] = first
      ? ['memory.usage_in_bytes', 'total_inactive_file']
      : ['memory.current', 'inactive_file'];
    const [bytes, stat] = await Promise.all([
      readFile(`${folder}/${used}`, 'utf8'),
      readFile(`${folder}/memory.stat`, 'utf8'),
    ]);
    const inactive = Number(new RegExp(`^${cache} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    return Math.max(0, Number(bytes) - inactive);
  } catch {
    return undefined;
  }
}

function readGroup(line: string): { id: string; controllers: string[]; path: string } {
  const [id = '', controllers = '', ...path] = line.split(':');
  return { id, controllers: controllers.split(','), path: path.join(':') };
}
