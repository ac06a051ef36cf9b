import type { LoadedExtension } from '../extension/index.ts';

/** What plugins that exist would bring: a folder that uses them is told which to install. */
export interface KnownPlugins {
  /** Fragment name → package. */
  readonly fragments: ReadonlyMap<string, string>;
  /** Variable name, final or settable → package. */
  readonly variables: ReadonlyMap<string, string>;
  /** Service name → package. */
  readonly services: ReadonlyMap<string, string>;
}

interface KnownPluginsFile {
  readonly [plugin: string]: Readonly<Record<'fragments' | 'variables' | 'services', readonly string[]>>;
}

/** Reads defaults/known-plugins.json of the core, made by the build from the plugins of this repository. */
export function knownPlugins(extensions: readonly LoadedExtension[], core: string): KnownPlugins {
  const file = extensions
    .find((e) => e.contributor.name === core)
    ?.defaults.find((f) => f.name === 'known-plugins.json');
  const installed = new Set(extensions.map((e) => e.contributor.name));
  const known = Object.entries(JSON.parse(file?.content ?? '{}') as KnownPluginsFile).filter(
    ([name]) => !installed.has(name),
  );
  const byName = (key: 'fragments' | 'variables' | 'services') =>
    new Map(known.flatMap(([plugin, lists]) => (lists[key] ?? []).map((name) => [name, plugin] as const)));
  return { fragments: byName('fragments'), variables: byName('variables'), services: byName('services') };
}
