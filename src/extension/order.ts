import type { Problem } from '../shared/problem.ts';
import type { Registration } from './catalogue.ts';

/**
 * Sorts by after/before, then by name. The core is first whatever a plugin says. A circle is named, and its members keep the
 * order of their names.
 */
export function orderRegistrations(
  registrations: readonly Registration[],
  core: string,
): { ordered: Registration[]; problems: Problem[] } {
  const byName = new Map(registrations.map((r) => [r.contributor.name, r]));
  const predecessors = new Map<string, Set<string>>();
  for (const name of byName.keys())
    predecessors.set(name, new Set(name === core ? [] : [core].filter((c) => byName.has(c))));
  for (const { contributor, extension } of registrations) {
    for (const other of extension.after ?? []) if (byName.has(other)) predecessors.get(contributor.name)?.add(other);
    for (const other of extension.before ?? []) if (other !== core) predecessors.get(other)?.add(contributor.name);
  }
  const waiting = [...byName.keys()].sort();
  const ordered: Registration[] = [];
  const problems: Problem[] = [];
  while (waiting.length > 0) {
    const ready = waiting.find((name) => ![...(predecessors.get(name) ?? [])].some((p) => waiting.includes(p)));
    const name = ready ?? breakCircle(waiting, predecessors, problems);
    waiting.splice(waiting.indexOf(name), 1);
    const registration = byName.get(name);
    if (registration) ordered.push(registration);
  }
  return { ordered, problems };
}

/** Tells the circle and goes on with the first of its members by name. */
function breakCircle(
  waiting: readonly string[],
  predecessors: ReadonlyMap<string, ReadonlySet<string>>,
  problems: Problem[],
): string {
  const circle = findCircle(waiting, predecessors);
  const first = [...circle].sort()[0] ?? '';
  problems.push({
    code: 'PLUGIN_ORDER_CYCLE',
    title: `plugins want to come before each other: ${[...circle, circle[0]].join(' → ')}`,
    next: `coog plugins:uninstall ${first}, or add --without-plugin ${first}`,
  });
  return first;
}

function findCircle(waiting: readonly string[], predecessors: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const path: string[] = [];
  let name = waiting[0];
  while (name !== undefined && !path.includes(name)) {
    path.unshift(name);
    name = [...(predecessors.get(name) ?? [])].find((p) => waiting.includes(p));
  }
  return name === undefined ? path : path.slice(0, path.indexOf(name) + 1);
}
