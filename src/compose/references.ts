import type { Place } from '../shared/problem.ts';
import { toMap } from './merge.ts';
import { isRecord } from './read-yaml.ts';
import type { InterpolationReference, ServiceDefinition } from './types.ts';

const pattern = /\$(?:\$|\{([A-Za-z_][A-Za-z0-9_]*)((?::?[-+?])?)|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Every `${NAME}` and `$NAME` of a compose file outside of whole-line comments; `$$` is a literal `$` (compose-spec, interpolation). */
export function interpolationReferences(content: string, file: string): InterpolationReference[] {
  return content.split('\n').flatMap((text, index) =>
    /^\s*#/.test(text)
      ? []
      : [...text.matchAll(pattern)].flatMap(([, braced, operator = '', bare]) => {
          const name = braced ?? bare;
          return name === undefined
            ? []
            : [{ name, optional: /[-+]/.test(operator), place: { file, line: index + 1 } }];
        }),
  );
}

/** Names without a value in `environment` and `build.args`: Compose hands the variable of that name on, when there is one. */
export function handedOn(
  services: Readonly<Record<string, ServiceDefinition>>,
  places: ReadonlyMap<string, Place>,
  file: string,
): InterpolationReference[] {
  return Object.entries(services).flatMap(([service, { environment, build }]) => {
    const maps = [toMap(environment, 'environment'), toMap(isRecord(build) ? build.args : undefined, 'build.args')];
    const names = maps.flatMap((map) => Object.entries(map).flatMap(([name, value]) => (value === null ? [name] : [])));
    return names.map((name) => ({ name, optional: true, place: places.get(service) ?? { file } }));
  });
}

/** Names that a part of a compose model refers to. */
export function referencesIn(value: unknown): Set<string> {
  return new Set(
    interpolationReferences(typeof value === 'string' ? value : JSON.stringify(value ?? ''), '').map((r) => r.name),
  );
}
