import { isRecord } from './read-yaml.ts';
import type { ServiceDefinition } from './types.ts';

/** Attributes that are replaced as a whole (compose-spec, "Merge and override", and env_file: a service's own list is complete). */
const replaced = new Set(['command', 'entrypoint', 'env_file', 'healthcheck.test']);

/** Attributes that have a list form and a map form, with what stands between key and value in the list. */
const keyed = new Map([
  ['environment', /=/],
  ['labels', /=/],
  ['sysctls', /=/],
  ['extra_hosts', /[:=]/],
  ['build.args', /=/],
  ['build.labels', /=/],
  ['deploy.labels', /=/],
  ['depends_on', undefined],
  ['networks', undefined],
]);

/** Lists whose items are told apart by where they end up in the container. */
const byTarget = new Set(['volumes', 'devices']);

/** Attributes that may be one text or a list of them. */
const oneOrMany = new Set(['dns', 'dns_search', 'tmpfs']);

/**
 * Lays one definition over another as Compose does with two files: maps are merged, lists joined without repeats, anything
 * else replaced. A list over a map (`labels: [a=b]` over `labels: {a: c}`) is read as a map.
 */
export function mergeDefinitions(base: ServiceDefinition, over: ServiceDefinition): ServiceDefinition {
  return mergeValues(base, over, '') as ServiceDefinition;
}

function mergeValues(lower: unknown, upper: unknown, path: string): unknown {
  if (lower === undefined) return upper;
  // An attribute without a value changes nothing; `X: null` in an environment means something of its own.
  if (upper === null && typeof lower === 'object') return lower;
  if (replaced.has(path)) return upper;
  const base = normalised(lower, upper, path);
  const over = normalised(upper, lower, path);
  if (path === 'logging' && differ(base, over, 'driver')) return over;
  if (isRecord(base) && isRecord(over)) {
    const merged: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(over))
      merged[key] = mergeValues(base[key], value, path === '' ? key : `${path}.${key}`);
    return merged;
  }
  if (!Array.isArray(base) || !Array.isArray(over)) return over;
  return byTarget.has(path) ? joined(base, over, targetOf) : joined(base, over, (item) => JSON.stringify(item));
}

/** One of two values, in the form in which it can be merged with the other. */
function normalised(value: unknown, other: unknown, path: string): unknown {
  if (keyed.has(path) && Array.isArray(value)) return toMap(value, path);
  if (path === 'build' && typeof value === 'string' && isRecord(other)) return { context: value };
  return oneOrMany.has(path) && typeof value === 'string' ? [value] : value;
}

const differ = (a: unknown, b: unknown, key: string): boolean =>
  isRecord(a) && isRecord(b) && a[key] !== undefined && b[key] !== undefined && a[key] !== b[key];

/** The map form of an attribute that has two. */
export function toMap(value: unknown, path: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  if (!Array.isArray(value)) return {};
  const separator = keyed.get(path);
  return Object.fromEntries(
    value.map((item) => {
      const text = String(item);
      if (separator === undefined) return [text, path === 'depends_on' ? { condition: 'service_started' } : null];
      const at = text.search(separator);
      return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** The later list behind the earlier one; an item with a known key takes the place of the earlier. */
function joined(base: readonly unknown[], over: readonly unknown[], keyOf: (item: unknown) => string): unknown[] {
  const items = new Map(base.map((item) => [keyOf(item), item]));
  for (const item of over) items.set(keyOf(item), item);
  return [...items.values()];
}

/** Where a volume or a device lies in the container: `source:TARGET:mode`, `TARGET`, or `{target: TARGET}`. */
function targetOf(item: unknown): string {
  if (isRecord(item)) return String(item.target);
  const parts: string[] = String(item).match(/(?:\$\{[^}]*\}|[^:])+/g) ?? [];
  return (parts[1] ?? parts[0] ?? '').replace(/(?<=.)\/+$/, '');
}
