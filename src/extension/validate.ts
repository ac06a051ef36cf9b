import { isAbsolute, normalize } from 'node:path';
import { isNativeError } from 'node:util/types';
import type { Problem } from '../shared/problem.ts';
import { apiVersion, type Contributor, type Extension, taskMoments } from './catalogue.ts';

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A path that stays inside of the plugin. */
const isInside = (value: unknown): boolean =>
  isText(value) && !isAbsolute(value) && !/^\.\.([/\\]|$)/.test(normalize(value));

const shapes: Record<keyof Extension, { fits: (value: unknown) => boolean; means: string }> = {
  apiVersion: { fits: (v) => Number.isInteger(v) && (v as number) > 0, means: 'a whole number from 1' },
  cli: { fits: isText, means: 'a semver range' },
  after: { fits: isTexts, means: 'a list of plugin names' },
  before: { fits: isTexts, means: 'a list of plugin names' },
  enabledBy: { fits: (v) => isText(v) && /^[A-Z][A-Z0-9_]*$/.test(v), means: 'the name of a variable' },
  fragments: { fits: isInside, means: 'a folder inside of the plugin' },
  patches: { fits: isInside, means: 'a folder inside of the plugin' },
  variables: { fits: isInside, means: 'a file inside of the plugin' },
  values: {
    fits: (v) => isRecord(v) && Object.values(v).every((x) => typeof x === 'string'),
    means: 'texts by variable name',
  },
  defaults: { fits: isInside, means: 'a folder inside of the plugin' },
  disables: {
    fits: (v) => Array.isArray(v) && v.every(isDisabling),
    means: 'a list of fragments (group/service), or of {fragment, when}',
  },
  tasks: {
    fits: (v) => Array.isArray(v) && v.every(isTask),
    means: `a list of {id, moment (${taskMoments.join(', ')}), title, module}`,
  },
};

const isDisabling = (value: unknown): boolean =>
  isText(value) || (isRecord(value) && isText(value.fragment) && isText(value.when));

function isTask(value: unknown): boolean {
  return (
    isRecord(value) &&
    isText(value.id) &&
    isText(value.title) &&
    isInside(value.module) &&
    taskMoments.includes(value.moment as (typeof taskMoments)[number])
  );
}

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
