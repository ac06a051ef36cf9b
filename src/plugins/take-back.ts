import type { Entry } from './store.ts';

/** The command that brings back what an entry was; undefined when its version is not known. */
export function commandFor({ name, type, root, url }: Entry, version: string | undefined): string | undefined {
  if (type === 'link') return `coog plugins:link ${root}`;
  if (url !== undefined) return `coog plugins:install ${url}`;
  return version === undefined ? undefined : `coog plugins:install ${name}@${version}`;
}
