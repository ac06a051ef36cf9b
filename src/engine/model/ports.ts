import type { PublishedPort } from './model.ts';
import { mapping, sequence, text } from './tree.ts';

/**
 * The `ports` of a service. Compose 2 prints the long syntax, docker-compose 1.29.2 the short one for what names an
 * address and the long one with numbers for the rest. Ports that Docker chooses (none published, or one of a range)
 * are left out.
 */
export const readPorts = (value: unknown): PublishedPort[] =>
  sequence(value).flatMap((entry) => (typeof entry === 'object' ? readLong(entry) : readShort(String(entry))));

function readLong(entry: unknown): PublishedPort[] {
  const { host_ip: hostIp, published, target, protocol } = mapping(entry);
  return port(text(hostIp), text(published), text(target), text(protocol));
}

/** `[[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL]`, where 1.29.2 prints an IPv6 address without brackets. */
function readShort(entry: string): PublishedPort[] {
  const [addresses = '', protocol] = entry.split('/');
  const parts = addresses.split(':');
  const target = parts.pop();
  const published = parts.pop();
  const hostIp = parts.join(':').replace(/^\[|\]$/g, '');
  return port(hostIp, published, target, protocol);
}

function port(hostIp = '', published = '', target = '', protocol = 'tcp'): PublishedPort[] {
  if (!/^\d+$/.test(published) || published === '0' || !/^\d+$/.test(target)) return [];
  const known = protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp';
  return [{ hostIp, published: Number(published), target: Number(target), protocol: known }];
}
