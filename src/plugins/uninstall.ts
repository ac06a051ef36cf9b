import { ProblemError } from '../shared/problem.ts';
import type { PluginsContext } from './install.ts';
import { installedName } from './installed-name.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { changeEntries, readEntries, removeLeftovers } from './store.ts';
import { commandFor } from './take-back.ts';
import { versionAt } from './version-at.ts';

export interface Uninstalled {
  readonly name: string;
  readonly version: string | undefined;
  /** The command that takes it back, where one is known. */
  readonly undo: string | undefined;
}

/**
 * Takes plugins out of oclif's list; a linked one keeps its folder. Projects that were configured with them say so at their next
 * command.
 * @throws ProblemError PLUGIN_NOT_INSTALLED, with nothing changed, when one of them is not there
 */
export function uninstallPlugins(
  words: readonly string[],
  { dataFolder }: Pick<PluginsContext, 'dataFolder'>,
): Promise<Uninstalled[]> {
  return oneAtATime(dataFolder, async () => {
    const entries = await readEntries(dataFolder);
    const names = new Set(
      words.map((word) =>
        find(
          word,
          entries.map(({ name }) => name),
        ),
      ),
    );
    const going = entries.filter(({ name }) => names.has(name));
    const gone = await Promise.all(
      going.map(async (entry) => {
        const version = await versionAt(dataFolder, entry);
        return { name: entry.name, version, undo: commandFor(entry, version) };
      }),
    );
    await changeEntries(dataFolder, (all) => all.filter(({ name }) => !names.has(name)));
    await removeLeftovers(dataFolder);
    return gone;
  });
}

function find(word: string, names: readonly string[]): string {
  try {
    return installedName(word, names);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new ProblemError(
      error.problems.map((p) => ({ ...p, next: p.next?.startsWith('did') ? p.next : 'coog plugins' })),
    );
  }
}
