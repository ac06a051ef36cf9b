import { detectEngine, freeSubnet, listNetworks, probePort, readHostRanges } from '../engine/index.ts';
import { ProblemError } from '../shared/problem.ts';
import type { FreeResources } from './types.ts';

interface Wanted {
  readonly variable: string;
  readonly first: number;
  /** Where to go on when the first is taken. */
  readonly next: number;
  readonly hostIp: string;
}

const ports: readonly Wanted[] = [
  { variable: 'CUSTOM_TRAEFIK_HTTP_PORT', first: 80, next: 8080, hostIp: '' },
  { variable: 'CUSTOM_TRAEFIK_HTTPS_PORT', first: 443, next: 8443, hostIp: '' },
  { variable: 'CUSTOM_TRAEFIK_MANAGMENT_PORT', first: 8080, next: 8090, hostIp: '127.0.0.1' },
];

const subnets = [
  ['CUSTOM_NETWORK_BACKEND_SUBNET', '10.0.1.0/24'],
  ['CUSTOM_NETWORK_FRONTEND_SUBNET', '10.0.2.0/24'],
] as const;

/** Ports and subnets that nothing on this machine uses now. Without an engine only the host's own routes are looked at. */
export async function findFreeResources(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<FreeResources> {
  const chosen = new Set<number>();
  const freePorts: Record<string, number> = {};
  for (const wanted of ports) {
    const port = await freePort(wanted, chosen);
    chosen.add(port);
    if (port !== wanted.first) freePorts[wanted.variable] = port;
  }
  const taken = await takenRanges(folder, environment);
  const freeSubnets: Record<string, string> = {};
  for (const [variable, first] of subnets) {
    const subnet = freeSubnet('10.0.0.0/24', taken.concat('10.0.0.0/24')) ?? first;
    taken.push(subnet);
    if (subnet !== first) freeSubnets[variable] = subnet;
  }
  return { ports: freePorts, subnets: freeSubnets };
}

async function freePort({ first, next, hostIp }: Wanted, chosen: ReadonlySet<number>): Promise<number> {
  const isFree = async (port: number) => {
    if (chosen.has(port)) return false;
    const state = await probePort({ hostIp, port, protocol: 'tcp' });
    // `forbidden`: only root may try; the engine runs as root and can.
    return state === 'free' || state === 'forbidden';
  };
  if (await isFree(first)) return first;
  for (let port = next; port < next + 1000; port++) if (await isFree(port)) return port;
  return first;
}

async function takenRanges(folder: string, env: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const host = (await readHostRanges()).map((range) => range.subnet);
  try {
    const engine = await detectEngine({ env, folder });
    const networks = await listNetworks(engine);
    return [...host, ...networks.flatMap((network) => network.subnets)];
  } catch (error) {
    if (error instanceof ProblemError) return host;
    throw error;
  }
}
