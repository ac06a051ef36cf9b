import { readFile } from 'node:fs/promises';
import type { NetworkInterfaceInfo } from 'node:os';
import { networkInterfaces } from 'node:os';

/** An IPv4 range that the host itself reaches. */
export interface HostRange {
  readonly subnet: string;
  readonly device: string;
}

/** Routes of /proc/net/route without the default route; networks in CIDR notation. */
export function parseRoutes(table: string): HostRange[] {
  return table.split('\n').flatMap((line) => {
    const [device = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask)) return [];
    const prefix = Number.parseInt(mask, 16).toString(2).replaceAll('0', '').length;
    return prefix === 0 ? [] : [{ subnet: `${readAddress(destination)}/${prefix}`, device }];
  });
}

/** Addresses of the host's interfaces, each with its own network. */
export const interfaceRanges = (interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): HostRange[] =>
  Object.entries(interfaces).flatMap(([device, addresses]) =>
    (addresses ?? []).flatMap(({ family, cidr }) => (family === 'IPv4' && cidr ? [{ subnet: cidr, device }] : [])),
  );

/** All IPv4 ranges that this host has an address in or a route to. */
export async function readHostRanges(proc = '/proc'): Promise<HostRange[]> {
  const routes = await readFile(`${proc}/net/route`, 'utf8').catch(() => '');
  return [...parseRoutes(routes), ...interfaceRanges(networkInterfaces())];
}

const readAddress = (hex: string): string =>
  (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
