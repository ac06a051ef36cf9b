import ipaddr from 'ipaddr.js';

/** An IPv4 or IPv6 network; `bits` are the fixed leading bits of its address. */
export interface Range {
  readonly kind: 'ipv4' | 'ipv6';
  readonly bits: string;
}

/** Undefined when the text is no network in CIDR notation. */
export function parseRange(subnet: string): Range | undefined {
  if (!ipaddr.isValidCIDR(subnet)) return undefined;
  const [address, prefix] = ipaddr.parseCIDR(subnet);
  const bits = address.toByteArray().map((byte) => byte.toString(2).padStart(8, '0'));
  return { kind: address.kind(), bits: bits.join('').slice(0, prefix) };
}

/** Two networks share an address when one's prefix begins with the other's. */
export function overlaps(a: string, b: string): boolean {
  const [left, right] = [parseRange(a), parseRange(b)];
  if (left?.kind !== right?.kind || !left || !right) return false;
  return left.bits.startsWith(right.bits) || right.bits.startsWith(left.bits);
}

/** Whether both mean the same network, whatever host bits are written. */
export function sameRange(a: string, b: string): boolean {
  const [left, right] = [parseRange(a), parseRange(b)];
  return left !== undefined && left.kind === right?.kind && left.bits === right.bits;
}

const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/**
 * The next private IPv4 network of the same size as `wanted` that overlaps none of `taken`: after it in 10.0.0.0/8, then
 * from the start of each private range. Undefined when there is none.
 */
export function freeSubnet(wanted: string, taken: readonly string[]): string | undefined {
  const range = parseRange(wanted);
  const prefix = Math.max(range?.kind === 'ipv4' ? range.bits.length : 24, 16);
  const size = 2 ** (32 - prefix);
  const ranges = taken.flatMap((subnet) => parseRange(subnet) ?? []);
  for (const start of candidates(wanted, size)) {
    const bits = start.toString(2).padStart(32, '0').slice(0, prefix);
    const isTaken = ranges.some((r) => r.kind === 'ipv4' && (r.bits.startsWith(bits) || bits.startsWith(r.bits)));
    if (!isTaken) return `${dotted(start)}/${prefix}`;
  }
  return undefined;
}

function* candidates(wanted: string, size: number): Generator<number> {
  const own = parseRange(wanted);
  const ownStart = own?.kind === 'ipv4' ? Number.parseInt(own.bits.padEnd(32, '0'), 2) : undefined;
  for (const subnet of PRIVATE) {
    const bits = parseRange(subnet)?.bits ?? '';
    const [first, last] = [Number.parseInt(bits.padEnd(32, '0'), 2), Number.parseInt(bits.padEnd(32, '1'), 2)];
    if (ownStart !== undefined && ownStart >= first && ownStart <= last)
      for (let start = ownStart - (ownStart % size) + size; start + size - 1 <= last; start += size) yield start;
  }
  for (const subnet of PRIVATE) {
    const bits = parseRange(subnet)?.bits ?? '';
    const [first, last] = [Number.parseInt(bits.padEnd(32, '0'), 2), Number.parseInt(bits.padEnd(32, '1'), 2)];
    for (let start = first; start + size - 1 <= last; start += size) yield start;
  }
}

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
