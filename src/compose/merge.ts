import { isRecord } from './fragment.ts';
import type { ServiceDefinition } from './types.ts';

/** Attributes that are replaced as a whole (compose-spec, "Merge and override", and env_file: a service's own list is complete). */
const replaced = new Set(['command', 'entrypoint', 'env_file', 'healthcheck.test']);

/**
 * Lays one definition over another: maps are merged, lists joined without repeats, anything else replaced.
 * A list over a map (`labels: [a=b]` over `labels: {a: c}`) is read as a map, as Compose does.
 */
export function mergeDefinitions(base: ServiceDefinition, over: ServiceDefinition): ServiceDefinition {
  return mergeValues(base, over, '') as ServiceDefinition;
}

function mergeValues(base: unknown, over: unknown, path: string): unknown {
  if (base === undefined || replaced.has(path)) return over;
  if (isRecord(base) && (isRecord(over) || isKeyed(path))) {
    const merged: Record<string, unknown> = { ...base };
    for (const [key, value] of Object.entries(toMap(over, path)))
      merged[key] = mergeValues(base[key], value, path === '' ? key : `${path}.${key}`);
    return merged;
  }
  if (Array.isArray(base) && isRecord(over) && isKeyed(path)) return mergeValues(toMap(base, path), over, path);
  if (Array.isArray(base) && Array.isArray(over))
    return isKeyed(path) ? mergeValues(toMap(base, path), toMap(over, path), path) : union(base, over);
  return over;
}

/** Attributes that have a list form and a map form. */
const isKeyed = (path: string): boolean =>
  ['environment', 'labels', 'depends_on', 'networks', 'extra_hosts', 'sysctls'].includes(path);

function toMap(value: unknown, path: string): Record<string, unknown> {
  if (isRecord(value)) return value;
  if (!Array.isArray(value)) return {};
  if (path === 'depends_on')
    return Object.fromEntries(value.map((name) => [String(name), { condition: 'service_started' }]));
  if (path === 'networks') return Object.fromEntries(value.map((name) => [String(name), null]));
  const separator = path === 'extra_hosts' ? ':' : '=';
  return Object.fromEntries(
    value.map((item) => {
      const text = String(item);
      const at = text.indexOf(separator);
      return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

const union = (base: unknown[], over: unknown[]): unknown[] => {
  const seen = new Set(base.map((item) => JSON.stringify(item)));
  return [...base, ...over.filter((item) => !seen.has(JSON.stringify(item)))];
};
