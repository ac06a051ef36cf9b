import ipaddr from 'ipaddr.js';
import type { Declaration, VariableType } from './types.ts';

const hostname =
  /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*$/;

/** Bytes of `NAME=value`: Linux starts no process with a longer one (MAX_ARG_STRLEN, its closing zero left out). */
export const longestValue = 128 * 1024 - 1;

const isPort = (value: string): boolean => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65535;

/** URL.canParse alone takes `coog:8000` for the scheme "coog". */
const isUrl = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/\s]\S*$/i.test(value) && URL.canParse(value);

const isSubnet = (value: string): boolean => {
  if (!ipaddr.isValidCIDR(value)) return false;
  const [address, bits] = ipaddr.parseCIDR(value);
  const network =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(value) : ipaddr.IPv6.networkAddressFromCIDR(value);
  // Docker reads neither short nor octal IPv4 addresses.
  if (address.kind() === 'ipv4' && value !== `${network}/${bits}`) return false;
  return network.toString() === address.toString() && bits > 0;
};

const checks: Record<Exclude<VariableType, 'enum'>, { ok: (value: string) => boolean; means: string }> = {
  string: { ok: () => true, means: 'text' },
  boolean: { ok: (v) => /^(0|1|true|false|yes|no|on|off)$/i.test(v), means: '0, 1, true or false' },
  integer: { ok: (v) => /^-?\d+$/.test(v), means: 'a whole number' },
  port: { ok: isPort, means: 'a port from 1 to 65535' },
  url: { ok: isUrl, means: 'a URL with its scheme, such as http://coog:8000' },
  hostname: { ok: (v) => hostname.test(v) || ipaddr.isValid(v), means: 'a host name or an IP address' },
  subnet: { ok: isSubnet, means: 'a subnet, such as 10.0.1.0/24, whose host bits are zero' },
  path: { ok: (v) => !v.includes('\n'), means: 'a path' },
  duration: { ok: (v) => /^(\d+(ns|us|ms|s|m|h))+$/.test(v), means: 'a duration, such as 5s or 2m' },
  name: { ok: (v) => /^[^,\s\0][^,\0\n]*$/.test(v), means: 'one name, without a comma' },
  names: { ok: (v) => !v.split(',').some((n) => n.trim() === ''), means: 'names with commas between them' },
  'image-tag': { ok: (v) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(v), means: 'an image tag' },
};

/** What the value must be instead, or undefined when it fits. Empty values are the business of `required`. */
export function whatValueMustBe(
  declaration: Pick<Declaration, 'name' | 'type' | 'values'>,
  value: string,
): string | undefined {
  if (value === '') return undefined;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(value))
    return 'text without control characters: Compose cannot hand them on unchanged';
  if (Buffer.byteLength(`${declaration.name}=${value}`) > longestValue)
    return 'shorter: no container can be started with more than 128 KiB in one variable';
  if (declaration.name === 'COMPOSE_PROJECT_NAME' && !/^[a-z0-9][a-z0-9_-]*$/.test(value))
    return 'lower case letters, digits, "-" and "_", beginning with a letter or digit (a rule of Compose)';
  if (declaration.type === 'enum')
    return declaration.values?.includes(value) ? undefined : `one of ${declaration.values?.join(', ')}`;
  return checks[declaration.type].ok(value) ? undefined : checks[declaration.type].means;
}

/** How the scripts and the images read a switch. */
export const isTrue = (value: string | undefined): boolean => /^(1|true|yes|on)$/i.test(value ?? '');
