import { type Assignment, type Declaration, type Layer, parseEnvFile } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { UserFile } from '../project/index.ts';
import type { Problem } from '../shared/problem.ts';

const literal = (name: string, value: string, file: string): Assignment => ({
  name,
  segments: value === '' ? [] : [{ text: value }],
  place: { file },
});

/** Values of plugins, for names that a user may set. */
export const pluginLayers = (extensions: readonly LoadedExtension[], settable: ReadonlySet<string>): Layer[] =>
  extensions
    .filter(({ extension }) => extension.values)
    .map(({ contributor, extension }) => ({
      kind: 'plugin',
      label: contributor.name,
      assignments: Object.entries(extension.values ?? {})
        .filter(([name]) => settable.has(name))
        .map(([name, value]) => literal(name, value, contributor.name)),
    }));

/** Values that reach nobody: the plugin misspelt a name, or was made for declarations that are no longer there. */
export const lostValues = (
  extensions: readonly LoadedExtension[],
  settable: ReadonlySet<string>,
  elsewhere: ReadonlyMap<string, string>,
): Problem[] =>
  extensions.flatMap(({ contributor, extension }) =>
    Object.keys(extension.values ?? {})
      .filter((name) => !settable.has(name) && !elsewhere.has(name))
      .map((name) => ({
        code: 'PLUGIN_VALUE_LOST',
        severity: 'warning',
        title: `${contributor.name} sets ${name}, which is no variable that can be set`,
        place: { file: contributor.root },
        next: `coog plugins:install ${contributor.name}@latest`,
      })),
  );

/** Of the process environment only names that a user may set count (FILESYSTEM_ROOT lives in people's .bashrc). */
export function environmentLayer(
  environment: Readonly<Record<string, string | undefined>>,
  declarations: readonly Declaration[],
): Layer {
  const names = new Set(declarations.flatMap((d) => d.setBy));
  return {
    kind: 'environment',
    label: 'process environment',
    assignments: [...names].flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [literal(name, value, 'process environment')];
    }),
  };
}

export function fileLayers(files: readonly UserFile[]): { layers: Layer[]; problems: Problem[] } {
  const parsed = files.map((file) => ({ file, ...parseEnvFile(file.content, file.path) }));
  return {
    layers: parsed.map(({ file, entries }) => ({ kind: 'file', label: file.path, assignments: entries })),
    problems: parsed.flatMap((p) => p.problems),
  };
}
