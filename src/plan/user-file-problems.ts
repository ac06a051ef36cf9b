import { type Fragment, type UserComposeFile, waitsOf } from '../compose/index.ts';
import type { Values } from '../configuration/index.ts';
import { closest } from '../shared/closest.ts';
import type { Problem } from '../shared/problem.ts';

/** Names that Compose or the controlled environment of the engine provide. */
export const providedNames = new Set([
  'COMPOSE_PROJECT_NAME',
  'PWD',
  'HOME',
  'USER',
  'PATH',
  'LANG',
  'TERM',
  'HOSTNAME',
]);

/** What in the user's compose files Compose would refuse, or silently read as empty. */
export function userFileProblems(
  files: readonly UserComposeFile[],
  services: ReadonlySet<string>,
  values: Values,
  shipped: readonly Fragment[],
  elsewhere: ReadonlyMap<string, string> = new Map(),
): Problem[] {
  return files.flatMap((file) => [
    ...changesOfNothing(file, services, shipped, elsewhere),
    ...waitsForNothing(file, services),
    ...unsetReferences(file, values),
  ]);
}

function changesOfNothing(
  file: UserComposeFile,
  services: ReadonlySet<string>,
  shipped: readonly Fragment[],
  elsewhere: ReadonlyMap<string, string>,
): Problem[] {
  return [...file.places].flatMap(([name, place]) => {
    if (services.has(name)) return [];
    const fragment = shipped.find((f) => f.service?.name === name && f.notes.role !== 'template')?.name;
    const plugin = elsewhere.get(name);
    const guess = plugin ? undefined : closest(name, [...services]);
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
            : plugin
              ? `coog plugins:install ${plugin}, or remove ${name} from ${file.path}`
              : `give ${name} an image, or remove it`,
      },
    ];
  });
}

/** Compose refuses a whole project because of one wait for a service that is not there. */
function waitsForNothing(file: UserComposeFile, services: ReadonlySet<string>): Problem[] {
  return Object.entries(file.services).flatMap(([name, definition]) =>
    Object.entries(waitsOf(definition))
      .filter(
        ([service, wait]) => !services.has(service) && (wait as { required?: boolean } | null)?.required !== false,
      )
      .map(([service]) => ({
        code: 'USER_SERVICE_WAITS',
        title: `the service ${name} waits for ${service} (depends_on), which does not take part`,
        place: file.places.get(name) ?? { file: file.path },
        next: `remove ${service} from depends_on in ${file.path}, or from disabled_services`,
      })),
  );
}

const isOwn = (values: Values, name: string): boolean => {
  const variable = values.get(name);
  return variable !== undefined && variable.declaration === undefined;
};

function unsetReferences(file: UserComposeFile, values: Values): Problem[] {
  const seen = new Set<string>();
  return file.references.flatMap(({ name, optional, place }) => {
    if (
      optional ||
      values.get(name)?.declaration?.internal === false ||
      isOwn(values, name) ||
      providedNames.has(name) ||
      seen.has(name)
    )
      return [];
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
