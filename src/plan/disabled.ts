import type { UserFile } from '../project/index.ts';
import { closest } from '../shared/closest.ts';
import type { Problem } from '../shared/problem.ts';

export interface KnownNames {
  /** Fragment name → service name, of everything shipped. */
  readonly shipped: ReadonlyMap<string, string>;
  /** Names of the user's own fragments. */
  readonly own: ReadonlySet<string>;
  /** Fragment name → package, for plugins that are not installed. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/** Reads disabled_services: one `group/service` a line. A name that nobody knows is an error: the service would start. */
export function readDisabled(
  files: readonly UserFile[],
  known: KnownNames,
  leftOut: ReadonlySet<string> = new Set(),
): { names: Set<string>; problems: Problem[] } {
  const names = new Set<string>();
  const problems: Problem[] = [];
  for (const { path, content } of files)
    for (const [index, raw] of content.split('\n').entries()) {
      const name = raw
        .replace(/#.*/, '')
        .trim()
        .replace(/\.ya?ml$/, '');
      if (name === '') continue;
      if (known.shipped.has(name) || known.own.has(name) || known.elsewhere.has(name)) names.add(name);
      else problems.push({ ...unknownName(name, { file: path, line: index + 1 }, known), ...whenLeftOut(leftOut) });
    }
  return { names, problems };
}

/** Of a plugin that is left out nobody knows which names are its own. */
const whenLeftOut = (leftOut: ReadonlySet<string>): Pick<Problem, 'severity'> =>
  leftOut.size > 0 ? { severity: 'warning' } : {};

function unknownName(name: string, place: { file: string; line: number }, known: KnownNames): Problem {
  const byService = [...known.shipped].find(
    ([fragment, service]) => service === name || fragment.endsWith(`/${name}`),
  )?.[0];
  const guess = byService ?? closest(name, [...known.shipped.keys(), ...known.own]);
  return {
    code: 'DISABLED_SERVICE_UNKNOWN',
    title: `"${name}" is not a service that can be disabled`,
    place,
    next: guess ? `did you mean ${guess}?` : 'remove the line; coog status --all lists the names',
  };
}
