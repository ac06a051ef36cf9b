import { ProblemError } from '../shared/problem.ts';

export interface PluginNames {
  /** Of the package. */
  readonly package: string;
  /** Of its service, its group of fragments and its env file. */
  readonly name: string;
  /** What its variables' names hold. */
  readonly variable: string;
}

const word = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
const pattern = new RegExp(`^(?:@[a-z0-9][a-z0-9._-]*/)?${word}$`);

/**
 * `mail` becomes the package coog-plugin-mail; a whole name (`@team/coog-plugin-mail`) is taken as it is.
 * @throws ProblemError PLUGIN_NAME_INVALID (2)
 */
export function pluginNames(given: string): PluginNames {
  const last = given.split('/').at(-1) ?? '';
  const name = last.replace(/^(coog-)?(plugin-)?/, '');
  if (!pattern.test(given) || !new RegExp(`^${word}$`).test(name) || given.length > 100)
    throw new ProblemError({
      code: 'PLUGIN_NAME_INVALID',
      title: `"${given}" is no name for a plugin: lower case letters, digits and dashes, with an @scope/ before it or without`,
      next: 'coog plugins:create mail, or: coog plugins:create @team/coog-plugin-mail',
    });
  const isWhole = given.startsWith('@') || name !== last;
  return { package: isWhole ? given : `coog-plugin-${name}`, name, variable: name.replaceAll('-', '_').toUpperCase() };
}
