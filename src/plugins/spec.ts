import { resolve } from 'node:path';
import { ProblemError } from '../shared/problem.ts';

/** What `coog plugins:install` was asked for. */
export type PluginSpec =
  | {
      readonly from: 'registry';
      /** Name of the package. */
      readonly name: string;
      /** A version, a semver range or a tag of the registry. */
      readonly range: string;
    }
  | {
      readonly from: 'file';
      /** Absolute path of a tarball. */
      readonly path: string;
    };

const packageName = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/;
const tagName = /^[A-Za-z][\w.-]*$/;

/**
 * Reads what a person writes: `jaeger`, `@acme/plugin-mail@^1.2`, `npm:unscoped`, `file:/x.tgz`, `./x.tgz`. A bare word is
 * always `@coog/plugin-WORD`, and never a package that a stranger registered under that word.
 * @param folder where relative paths start
 * @throws ProblemError PLUGIN_SPEC_INVALID
 */
export async function parseSpec(text: string, folder: string): Promise<PluginSpec> {
  const path = pathIn(text);
  if (path !== undefined) return { from: 'file', path: resolve(folder, path) };
  const [, before = '', range] = /^(.[^@]*)(?:@(.*))?$/s.exec(text) ?? [];
  const name = fullName(before);
  if (!/^[@a-z0-9]/.test(text) || !packageName.test(name))
    throw refused(text, 'it is neither the name of a package nor the path of a tarball', elsewhere(text));
  if (name === '@coog/cli')
    throw refused(text, 'that is coog itself, no plugin of it', 'npm install -g @coog/cli@latest');
  const { default: validRange } = await import('semver/ranges/valid.js');
  if (range !== undefined && !tagName.test(range) && (range.trim() === '' || validRange(range) === null))
    throw refused(text, `"${range}" is no version, no range of versions and no tag`, `coog plugins:install ${name}`);
  return { from: 'registry', name, range: range ?? 'latest' };
}

/** `jaeger` is short for `@coog/plugin-jaeger`; `npm:NAME` is a package without a scope. */
export function fullName(word: string): string {
  if (word.startsWith('npm:')) return word.slice('npm:'.length);
  return word.startsWith('@') || word.includes('/') ? word : `@coog/plugin-${word.replace(/^plugin-/, '')}`;
}

/** The path in a spec that names a file: everything with a slash that is no scope, and what ends like a tarball. */
function pathIn(text: string): string | undefined {
  if (text.startsWith('file:')) return text.replace(/^file:(\/\/(?=\/))?/, '');
  if (text.includes('://') || /^(git|github|gitlab|bitbucket)[+:]/.test(text)) return undefined;
  return /^(\.{0,2}|~)\//.test(text) || /\.(tgz|tar\.gz)$/.test(text) ? text : undefined;
}

const elsewhere = (text: string): string =>
  text.includes('/') || text.includes(':')
    ? 'pack it (npm pack) and install the file: coog plugins:install file:/path/to/package.tgz'
    : 'coog plugins:install --help';

const refused = (text: string, why: string, next: string): ProblemError =>
  new ProblemError({ code: 'PLUGIN_SPEC_INVALID', title: `"${text}" cannot be installed: ${why}`, next });
