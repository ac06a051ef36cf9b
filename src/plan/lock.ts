import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contributor } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';

export const lockFile = 'coog.lock';

/** The lock file of a project. `.env` is not in it: its digest would help to guess a weak secret; it carries its own. */
export interface Lock {
  readonly format: 1;
  readonly cli: string;
  /** Version by package, of the plugins that took part. */
  readonly plugins: Readonly<Record<string, string>>;
  /** Plugins that take no part in this project though they may be installed (`coog plugins:disable`); absent when none. */
  readonly disabled?: readonly string[];
  /** Digest of what was rendered, by path. */
  readonly files: Readonly<Record<string, string>>;
}

/** What the last configure left; undefined when it is missing or broken: then nothing is known of earlier runs. */
export async function readLock(folder: string): Promise<Lock | undefined> {
  try {
    const lock = JSON.parse(await readFile(join(folder, lockFile), 'utf8')) as Lock;
    return lock.format === 1 && typeof lock.files === 'object' && isNames(lock.disabled) ? lock : undefined;
  } catch {
    return undefined;
  }
}

const isNames = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((name) => typeof name === 'string'));

export const renderLock = (lock: Lock): string => `${JSON.stringify(lock, null, 2)}\n`;

/**
 * Plugins that took part when the project was last configured and are not there now. Without this their containers
 * would be removed as orphans by the next start.
 */
export function vanishedPlugins(
  lock: Lock | undefined,
  present: ReadonlySet<string>,
  without: ReadonlySet<string>,
): Problem[] {
  return Object.entries(lock?.plugins ?? {})
    .filter(([name]) => !present.has(name) && !without.has(name))
    .map(([name, version]) => ({
      code: 'PLUGIN_VANISHED',
      title: `this project was configured with ${name} ${version}, which is not installed here; its services would be removed`,
      place: { file: lockFile },
      next: `coog plugins:install ${name}@${version}, or give it up with --without-plugin ${name}`,
    }));
}

/** Plugins that are older here than where the project was last configured: it may look different, and go back to that. */
export function olderPlugins(lock: Lock | undefined, present: readonly Contributor[], isOlder: IsOlder): Problem[] {
  return present.flatMap(({ name, version }) => {
    const locked = lock?.plugins[name];
    if (locked === undefined || !isOlder(version, locked)) return [];
    return [
      {
        code: 'PLUGIN_OLDER',
        severity: 'warning' as const,
        title: `this project was configured with ${name} ${locked}, here is ${version}`,
        place: { file: lockFile },
        next: `coog plugins:install ${name}@${locked}`,
      },
    ];
  });
}

/** Whether the first of two versions is older; false when one of them is none. */
export type IsOlder = (version: string, other: string) => boolean;
