import type { Declaration } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';

/** Properties of an extension that are lists of things, with what one of them is called. */
const lists: Readonly<Record<string, string>> = {
  tasks: 'task',
  checks: 'check',
  statusRows: 'status row',
  databases: 'database',
};

/** What a plugin adds, as a person reads it: `7 services`, `42 variables`, `commands uwsgi:stats, uwsgi:tracebacks`. */
export function whatItAdds(
  { name, commandIDs }: { readonly name: string; readonly commandIDs: readonly string[] },
  extension: LoadedExtension | undefined,
  declarations: readonly Declaration[],
): string[] {
  const own = extension?.extension as Readonly<Record<string, unknown>> | undefined;
  const counted = Object.entries(lists).map(([key, one]) => [own?.[key], one] as const);
  return [
    count(extension?.fragments.length, 'fragment'),
    count(extension?.patches.length, 'patch', 'patches'),
    count(declarations.filter(({ owner }) => owner === name).length, 'variable'),
    ...counted.map(([list, one]) => (Array.isArray(list) ? count(list.length, one) : '')),
    own?.anonymisationRules === undefined ? '' : 'anonymisation rules',
    commandIDs.length === 0 ? '' : `commands ${[...commandIDs].sort().join(', ')}`,
  ].filter((text) => text !== '');
}

const count = (n: number | undefined, one: string, many = `${one}s`): string =>
  n === undefined || n === 0 ? '' : `${n} ${n === 1 ? one : many}`;
