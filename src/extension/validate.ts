import { isNativeError } from 'node:util/types';
import type { Problem } from '../shared/problem.ts';
import { apiVersion, type Contributor, type Extension } from './catalogue.ts';
import { isRecord, isText, shapes } from './shapes.ts';

/** A copy that nobody else holds: what a plugin does to its object afterwards changes nothing. A text says why it is no data. */
function snapshot(returned: Record<string, unknown>): Record<string, unknown> | string {
  try {
    return deepFreeze({ ...structuredClone(returned) });
  } catch (error) {
    return (isNativeError(error) ? error.message : String(error)).split('\n')[0] ?? '';
  }
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) deepFreeze(part);
  return Object.freeze(value);
}

/** What a hook returned, judged: an extension, or everything that is wrong with it. */
export function validateExtension(
  answered: unknown,
  contributor: Contributor,
  cli: { version: string; satisfies: (version: string, range: string) => boolean | undefined },
): { extension?: Extension; problems: Problem[] } {
  const problem = (code: string, title: string, next?: string): Problem => ({
    code,
    title: `${contributor.name} ${contributor.version}: ${title}`,
    place: { file: contributor.root },
    next: next ?? `coog plugins:uninstall ${contributor.name}, or add --without-plugin ${contributor.name}`,
  });
  const invalid = (title: string) => problem('PLUGIN_INVALID', title);
  if (!isRecord(answered)) return { problems: [invalid('its hook returned no extension object')] };
  const returned = snapshot(answered);
  if (typeof returned === 'string')
    return { problems: [invalid(`its hook returned something that is not plain data: ${returned}`)] };
  if (!shapes.apiVersion.fits(returned.apiVersion))
    return { problems: [invalid(`"apiVersion" must be ${shapes.apiVersion.means}`)] };
  if ((returned.apiVersion as number) > apiVersion)
    return {
      problems: [
        problem(
          'PLUGIN_API_NEWER',
          `it needs extension API ${returned.apiVersion}, this coog has ${apiVersion}`,
          `update coog, install an older version of the plugin, or add --without-plugin ${contributor.name}`,
        ),
      ],
    };
  const problems = Object.entries(returned).flatMap(([key, value]) => {
    if (!Object.hasOwn(shapes, key)) return [invalid(`"${key}" is not a property of an extension`)];
    const shape = shapes[key as keyof Extension];
    return value === undefined || shape.fits(value) ? [] : [invalid(`"${key}" must be ${shape.means}`)];
  });
  const range = returned.cli;
  if (isText(range)) {
    const fits = cli.satisfies(cli.version, range);
    if (fits === undefined) problems.push(invalid(`"cli" is not a semver range: ${range}`));
    if (fits === false)
      problems.push(
        problem(
          'PLUGIN_VERSION',
          `it works with @coog/cli ${range}, this is ${cli.version}`,
          `coog plugins:install ${contributor.name}@latest, or add --without-plugin ${contributor.name}`,
        ),
      );
  }
  return problems.length > 0 ? { problems } : { extension: returned as unknown as Extension, problems };
}
