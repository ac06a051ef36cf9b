export type Tree = Readonly<Record<string, unknown>>;

/** The value as a mapping; empty when it is something else. */
export const mapping = (value: unknown): Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};

export const sequence = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A scalar as text; undefined for null, mappings and sequences. */
export const text = (value: unknown): string | undefined =>
  value === null || value === undefined || typeof value === 'object' ? undefined : String(value);

/** `config` prints every `$` of a value doubled, so that its output could be read again. */
export function unescapeDollars(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(unescapeDollars);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unescapeDollars(item)]));
}

/** An object without the entries that are undefined, for optional properties. */
export function defined<T extends object>(entries: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as T;
}
