import type { Fragment, InterpolationReference, Patch } from '../compose/index.ts';
import { parseTemplate, referencedNames, type Values } from '../configuration/index.ts';
import type { DatabaseDeclaration, LoadedExtension } from '../extension/index.ts';
import { closest } from '../shared/closest.ts';
import type { Problem } from '../shared/problem.ts';
import { providedNames } from './user-file-problems.ts';

interface Naming {
  readonly owner: string;
  readonly what: string;
  readonly path: string;
  readonly references: readonly InterpolationReference[];
  /** Variables that it names by a property. */
  readonly switches: readonly (string | undefined)[];
}

/** Variables that plugins name and nobody declares: Compose would read them as empty, and a switch could never be on. */
export function undeclaredNames(
  extensions: readonly LoadedExtension[],
  fragments: readonly Fragment[],
  patches: readonly Patch[],
  values: Values,
): Problem[] {
  const namings: Naming[] = [
    ...extensions.map(({ contributor: { name, root }, extension }) => ({
      owner: name,
      what: 'its extension',
      path: root,
      references: [],
      switches: [
        extension.enabledBy,
        ...(extension.disables ?? []).map((d) => (typeof d === 'string' ? undefined : d.when)),
        ...(extension.databases ?? []).flatMap(namesOfDatabase),
      ],
    })),
    ...fragments.map(({ owner, name, path, references, notes }) => ({
      owner,
      what: `fragment ${name}`,
      path,
      references,
      switches: [notes.condition, notes.bundled],
    })),
    ...patches.map(({ owner, path, references, condition }) => ({
      owner,
      what: 'a patch',
      path,
      references,
      switches: [condition],
    })),
  ];
  return namings.flatMap((naming) => undeclaredBy(naming, values));
}

/** A template that cannot be read is told where databases are planned. */
function namesOfDatabase({ name, server }: DatabaseDeclaration): string[] {
  try {
    return [name, ...Object.values(server ?? {})].flatMap((text) => referencedNames(parseTemplate(text)));
  } catch {
    return [];
  }
}

function undeclaredBy({ owner, what, path, references, switches }: Naming, values: Values): Problem[] {
  const reachesCompose = (name: string) => values.get(name)?.declaration?.internal === false || providedNames.has(name);
  const named = [
    ...references.filter((r) => !r.optional && !reachesCompose(r.name)),
    ...switches.flatMap((name) =>
      name === undefined || values.get(name)?.declaration ? [] : [{ name, place: { file: path } }],
    ),
  ];
  const first = new Map([...named].reverse().map(({ name, place }) => [name, place]));
  return [...first].reverse().map(([name, place]) => {
    const guess = closest(name, [...values.keys()]);
    return {
      code: 'VARIABLE_UNDECLARED',
      title: `${owner}: ${what} names the variable ${name}, which ${values.has(name) ? 'is internal to coog' : 'nobody declares'}`,
      place,
      next: `${guess === undefined || guess === name ? '' : `did you mean ${guess}? Else `}update ${owner}, or add --without-plugin ${owner}`,
    };
  });
}
