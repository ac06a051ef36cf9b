import type { Problem } from '../../shared/problem.ts';
import type { ComposeModel, NetworkModel } from '../model/model.ts';
import type { DockerNetwork } from './docker-networks.ts';
import type { HostRange } from './host-routes.ts';
import { freeSubnet, overlaps, parseRange, sameRange } from './ranges.ts';

export interface SubnetFacts {
  readonly networks: readonly DockerNetwork[];
  /** Empty when the engine is on another machine. */
  readonly hostRanges: readonly HostRange[];
  /** Key of a network → the variable that sets its subnet. */
  readonly variables: ReadonlyMap<string, string>;
}

/** SUBNET_OVERLAP, SUBNET_CHANGED, SUBNET_INVALID and NETWORK_MISSING for the model's networks; pure. */
export function checkSubnets(model: ComposeModel, facts: SubnetFacts): Problem[] {
  const entries = Object.entries(model.networks);
  const bridges = new Set(facts.networks.map(({ device }) => device));
  const hostRanges = facts.hostRanges.filter(({ device }) => !bridges.has(device));
  const taken = [
    ...facts.networks.flatMap(({ subnets }) => subnets),
    ...hostRanges.map(({ subnet }) => subnet),
    ...entries.flatMap(([, { subnets }]) => subnets),
  ];
  return entries.flatMap(([key, network], index) => {
    if (network.external) return checkExternal(network, facts);
    const existing = facts.networks.find(({ name }) => name === network.name);
    return network.subnets.flatMap((subnet) => {
      if (!parseRange(subnet)) return [invalid(key, subnet, next(key, freeSubnet('', taken) ?? 'SUBNET', facts))];
      if (existing?.subnets.some((own) => sameRange(own, subnet))) return [];
      const holder = findHolder(model.name, network, subnet, entries.slice(0, index), { ...facts, hostRanges });
      if (holder === undefined) return existing ? [changed(network, subnet, existing)] : [];
      const free = freeSubnet(subnet, taken) ?? 'SUBNET';
      taken.push(free);
      return [overlap(key, network, subnet, holder, next(key, free, facts))];
    });
  });
}

/** In words, what has addresses of the subnet already. */
function findHolder(
  project: string,
  network: NetworkModel,
  subnet: string,
  earlier: readonly (readonly [string, NetworkModel])[],
  { networks, hostRanges }: SubnetFacts,
): string | undefined {
  for (const [key, { subnets }] of earlier)
    for (const other of subnets) if (overlaps(other, subnet)) return `${other} of this project's network ${key}`;
  for (const { name, project: owner, subnets } of networks) {
    // A network that this project has left behind under another of its names does not go away by itself.
    const whose = owner === '' ? '' : owner === project ? ' (left by this project)' : ` of the project ${owner}`;
    for (const other of subnets)
      if (name !== network.name && overlaps(other, subnet)) return `${other} of Docker's network ${name}${whose}`;
  }
  for (const { subnet: other, device } of hostRanges)
    if (overlaps(other, subnet)) return `${other}, which this machine reaches through ${device}`;
  return undefined;
}

function checkExternal(network: NetworkModel, { networks }: SubnetFacts): Problem[] {
  if (networks.some(({ name }) => name === network.name)) return [];
  return [
    {
      code: 'NETWORK_MISSING',
      title: `the external network ${network.name} does not exist`,
      detail: 'A compose file declares it as external: it must be there before the project starts.',
      next: `docker network create ${network.name}`,
    },
  ];
}

const next = (key: string, free: string, { variables }: SubnetFacts): string => {
  const variable = variables.get(key);
  return variable === undefined
    ? `set the subnet of the network ${key} to ${free} in the compose file that declares it`
    : `coog config:set ${variable}=${free}`;
};

const overlap = (key: string, network: NetworkModel, subnet: string, holder: string, command: string): Problem => ({
  code: 'SUBNET_OVERLAP',
  title: `the subnet ${subnet} of the network ${key} is not free`,
  detail: `The network ${network.name} would overlap with ${holder}.`,
  next: command,
});

const changed = (network: NetworkModel, subnet: string, existing: DockerNetwork): Problem => ({
  code: 'SUBNET_CHANGED',
  title: `the network ${network.name} exists with another subnet`,
  detail: `It has ${existing.subnets.join(', ') || 'none'}, the project now says ${subnet}. The network must be removed first.`,
  next: 'coog down',
});

const invalid = (key: string, subnet: string, command: string): Problem => ({
  code: 'SUBNET_INVALID',
  title: `the network ${key} has no valid subnet`,
  detail: `${subnet} is no network in CIDR notation, such as 10.0.1.0/24.`,
  next: command,
});
