import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../shared/problem.ts';
import type { Fragment } from './types.ts';

/** Neither a fragment nor a service may be shipped by two, and a network or volume means the same to all. */
export function fragmentConflicts(fragments: readonly Fragment[]): Problem[] {
  const seen = new Map<string, { fragment: Fragment; content: unknown }>();
  return fragments.flatMap((fragment) =>
    claims(fragment).flatMap(([key, content]) => {
      const other = seen.get(key);
      seen.set(key, other ?? { fragment, content });
      if (!other || (content !== undefined && isDeepStrictEqual(content, other.content))) return [];
      return [conflict(key, fragment, other.fragment)];
    }),
  );
}

/** What a fragment claims; with a content it may be claimed twice. */
function claims(fragment: Fragment): [key: string, content?: unknown][] {
  const named = (kind: string, map: Readonly<Record<string, unknown>>) =>
    Object.entries(map).map(([name, content]): [string, unknown] => [`the ${kind} ${name}`, content ?? {}]);
  return [
    [`the fragment ${fragment.name}`],
    ...(fragment.service ? [[`the service ${fragment.service.name}`] as [string]] : []),
    ...named('network', fragment.networks),
    ...named('volume', fragment.volumes),
  ];
}

const conflict = (key: string, fragment: Fragment, other: Fragment): Problem => ({
  code: 'FRAGMENT_CONFLICT',
  title: `${fragment.owner} and ${other.owner} both define ${key}`,
  detail: `${other.path}\n${fragment.path}`,
  next: `coog plugins:uninstall ${fragment.owner}, or add --without-plugin ${fragment.owner}`,
});
