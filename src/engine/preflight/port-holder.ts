import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Endpoint } from './probe-port.ts';

export interface PortProcess {
  readonly pid: number;
  readonly name: string;
}

/** `processes` is empty when something listens and its process is another user's. */
export interface Listener {
  readonly processes: readonly PortProcess[];
}

/** Who listens at an endpoint by /proc, undefined when nobody does or /proc cannot tell (not on Linux). */
export async function findListener(endpoint: Endpoint, proc = '/proc'): Promise<Listener | undefined> {
  const { protocol } = endpoint;
  const tables = await Promise.all(
    [`net/${protocol}`, `net/${protocol}6`].map((name) => readFile(join(proc, name), 'utf8').catch(() => '')),
  );
  const sockets = tables.flatMap(parseSockets).filter((socket) => concerns(socket, endpoint));
  if (sockets.length === 0) return undefined;
  return { processes: await findProcesses(new Set(sockets.map(({ inode }) => inode)), proc) };
}

export interface Socket {
  readonly address: string;
  readonly port: number;
  readonly inode: string;
}

/** The listening sockets of /proc/net/{tcp,tcp6,udp,udp6}: state 0A (listen) or, without connections, 07. */
export function parseSockets(table: string): Socket[] {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = '0'] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if ((state !== '0A' && state !== '07') || !/^[0-9A-F]{4}$/i.test(port)) return [];
    return [{ address: readAddress(address), port: Number.parseInt(port, 16), inode }];
  });
}

/** Addresses stand there as 32-bit words in the machine's (little-endian) order. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const mapped = bytes.slice(0, 12).join('').toLowerCase() === '00000000000000000000ffff';
  if (mapped)
    return bytes
      .slice(12)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  const groups = bytes.join('').toLowerCase().match(/.{4}/g) ?? [];
  return groups.every((group) => group === '0000') ? '::' : groups.join(':');
}

const ANY = new Set(['', '0.0.0.0', '::']);

const concerns = (socket: Socket, { hostIp, port }: Endpoint): boolean =>
  socket.port === port && (ANY.has(hostIp) || ANY.has(socket.address) || socket.address === hostIp);

async function findProcesses(inodes: ReadonlySet<string>, proc: string): Promise<PortProcess[]> {
  const wanted = new Set([...inodes].map((inode) => `socket:[${inode}]`));
  const pids = (await readdir(proc).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const folder = join(proc, pid, 'fd');
      const names = await readdir(folder).catch(() => []);
      const links = await Promise.all(names.map((name) => readlink(join(folder, name)).catch(() => '')));
      if (!links.some((link) => wanted.has(link))) return [];
      const name = (await readFile(join(proc, pid, 'comm'), 'utf8').catch(() => 'unknown')).trim();
      return [{ pid: Number(pid), name }];
    }),
  );
  return found.flat().sort((a, b) => a.pid - b.pid);
}
