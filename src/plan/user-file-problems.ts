import type { Fragment, UserComposeFile } from '../compose/index.ts';
import type { Values } from '../configuration/index.ts';
import { closest } from '../shared/closest.ts';
import type { Problem } from '../shared/problem.ts';

/** Names that Compose or the controlled environment of the engine provide. */
const provided = new Set(['COMPOSE_PROJECT_NAME', 'PWD', 'HOME', 'USER', 'PATH', 'LANG', 'TERM', 'HOSTNAME']);

/** What in the user's compose files Compose would refuse, or silently read as empty. */
export function userFileProblems(
  files: readonly UserComposeFile[],
  services: ReadonlySet<string>,
  values: Values,
  shipped: readonly Fragment[],
): Problem[] {
  return files.flatMap((file) => [...changesOfNothing(file, services, shipped), ...unsetReferences(file, values)]);
}

function changesOfNothing(
  file: UserComposeFile,
  services: ReadonlySet<string>,
  shipped: readonly Fragment[],
): Problem[] {
  return [...file.places].flatMap(([name, place]) => {
    if (services.has(name)) return [];
    const fragment = shipped.find((f) => f.service?.name === name && f.notes.role !== 'template')?.name;
    const guess = closest(name, [...services]);
    return [
      {
        code: 'USER_SERVICE_INCOMPLETE',
        title: `the service ${name} is changed here, and nothing defines it (neither image nor build)`,
        ...(fragment
          ? { detail: `${fragment} is shipped and does not take part: it is disabled, or its switch is off` }
          : {}),
        place,
        next: fragment
          ? `remove ${name} from ${file.path}, or ${fragment} from disabled_services`
          : guess
            ? `did you mean ${guess}?`
            : `give ${name} an image, or remove it`,
      },
    ];
  });
}

function unsetReferences(file: UserComposeFile, values: Values): Problem[] {
  const seen = new Set<string>();
  return file.references.flatMap(({ name, optional, place }) => {
    if (optional || values.has(name) || provided.has(name) || seen.has(name)) return [];
    seen.add(name);
    const guess = closest(name, [...values.keys()]);
    return [
      {
        code: 'REFERENCE_UNSET',
        severity: 'warning',
        title: `\${${name}} has no value; Compose would read it as empty`,
        place,
        next: guess ? `did you mean ${guess}? Else put ${name}=… into env.custom` : `put ${name}=… into env.custom`,
      },
    ];
  });
}
