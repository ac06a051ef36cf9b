import { type Problem, ProblemError } from '../shared/problem.ts';
import { type Installed, type PluginsContext, put } from './install.ts';
import { installedName } from './installed-name.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { type AskOptions, askRegistry, fittingIn } from './registry.ts';
import { type Entry, readEntries, removeLeftovers } from './store.ts';
import { versionAt } from './version-at.ts';

export interface Update {
  readonly name: string;
  readonly from: string | undefined;
  /** The version that is to be had, or was installed; the same as `from` when there is none. */
  readonly to: string | undefined;
  /** Why nothing is done, for what is no plain package of a registry. */
  readonly stays?: string;
}

export interface UpdateOptions {
  /** Only look. */
  readonly check: boolean;
  readonly allowScripts: boolean;
}

/**
 * Brings plugins to the newest version of their tag or range that works with this coog; all of them when none is named. One
 * that fails leaves its version, and the others are updated all the same.
 * @throws ProblemError with what failed, after the others are done
 */
export function updatePlugins(
  words: readonly string[],
  { check, allowScripts }: UpdateOptions,
  context: PluginsContext,
): Promise<{ updates: Update[]; warnings: readonly Problem[] }> {
  return oneAtATime(context.dataFolder, async () => {
    const entries = await readEntries(context.dataFolder);
    const names = new Set(
      words.map((word) =>
        installedName(
          word,
          entries.map((e) => e.name),
        ),
      ),
    );
    await removeLeftovers(context.dataFolder);
    const updates: Update[] = [];
    const problems: Problem[] = [];
    const done: Installed[] = [];
    for (const entry of entries.filter(({ name }) => names.size === 0 || names.has(name)))
      try {
        const update = await lookFor(entry, context);
        updates.push(update);
        if (check || update.to === undefined || update.to === update.from) continue;
        const spec = { from: 'registry', name: entry.name, range: update.to } as const;
        done.push(await put(spec, { allowScripts, tag: entry.tag ?? 'latest' }, context));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        problems.push(...error.problems);
      }
    for (const { name, before, version } of done) context.say(`${name}: ${before} → ${version}`);
    if (problems.length > 0) throw new ProblemError(problems, { exitCode: done.length > 0 ? 1 : 2 });
    return { updates, warnings: done.flatMap(({ warnings }) => warnings) };
  });
}

async function lookFor(entry: Entry, context: PluginsContext): Promise<Update> {
  const from = await versionAt(context.dataFolder, entry);
  const stay = (stays: string): Update => ({ name: entry.name, from, to: from, stays });
  if (entry.type === 'link') return stay('a link to a folder');
  if (entry.url !== undefined) return stay(`from ${entry.url}`);
  const range = entry.tag ?? 'latest';
  const options = { npm: context.npm, folder: context.dataFolder, cliVersion: context.cli.version };
  if (range === from) {
    const [newest] = await fittingIn(entry.name, options);
    return stay(newest === from || !newest ? 'pinned' : `pinned; ${newest} is there`);
  }
  const to = await newestFor(entry.name, range, options);
  const { default: isNewer } = await import('semver/functions/gt.js');
  // A tag may point back; what is installed is then newer, and stays.
  return { name: entry.name, from, to: from === undefined || isNewer(to, from) ? to : from };
}

/** Where the tag's version does not work with this coog, the newest that does. */
async function newestFor(name: string, range: string, options: AskOptions): Promise<string> {
  try {
    return (await askRegistry(name, range, options)).version;
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problems[0]?.code !== 'PLUGIN_VERSION') throw error;
    const [newest] = await fittingIn(name, options);
    if (newest === undefined) throw error;
    return newest;
  }
}
