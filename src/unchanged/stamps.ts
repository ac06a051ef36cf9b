import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Stamps {
  /** What tells one state of a path from another without reading it, by path. */
  readonly of: Readonly<Record<string, string>>;
  /** When anything of it was changed last, in milliseconds since 1970. */
  readonly changed: number;
}

/** A folder with more than this is not worth remembering: looking at it takes as long as reading it. */
const MOST_ENTRIES = 5_000;

const ABSENT = '-';

/** The stamp of one path; of a link, its own and that of what it leads to; of `path/`, only whether it is a folder. */
export const stamp = (path: string): string => look(path).stamp;

function look(path: string): { stamp: string; isFolder: boolean; changed: number } {
  if (path.endsWith('/')) {
    const isThere = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    return { stamp: isThere ? 'folder' : ABSENT, isFolder: false, changed: 0 };
  }
  const own = lstatSync(path, { throwIfNoEntry: false });
  if (!own) return { stamp: ABSENT, isFolder: false, changed: 0 };
  const target = own.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : own;
  const states = own === target ? [own] : [own, target];
  return {
    stamp: states.map((state) => (state ? stampOf(state) : ABSENT)).join(' → '),
    isFolder: target?.isDirectory() ?? false,
    changed: Math.max(...states.map((state) => state?.ctimeMs ?? 0)),
  };
}

const stampOf = ({ ino, mode, size, mtimeMs, ctimeMs }: Stats): string =>
  `${ino} ${mode} ${size} ${mtimeMs} ${ctimeMs}`;

/**
 * Stamps of paths and of everything below those that are folders; links are followed, hidden folders and node_modules are
 * left out. Undefined when it is too much.
 * @throws what the file system throws for what cannot be looked at
 */
export function stampAll(paths: readonly string[]): Stamps | undefined {
  const stamps: Record<string, string> = {};
  const waiting = [...paths];
  let changed = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (path in stamps) continue;
    const looked = look(path);
    stamps[path] = looked.stamp;
    changed = Math.max(changed, looked.changed);
    if (looked.isFolder) waiting.push(...below(path));
    if (waiting.length > MOST_ENTRIES || Object.keys(stamps).length > MOST_ENTRIES) return undefined;
  }
  return { of: stamps, changed };
}

const below = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && !(entry.isDirectory() && entry.name.startsWith('.')))
    .map((entry) => join(folder, entry.name));
