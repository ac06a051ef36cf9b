import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type Contributor,
  extensionHook,
  gatherExtensions,
  type HookAnswers,
  hookTimeout,
  loadExtensions,
} from '../extension/index.ts';
import { isWarning, type Problem, ProblemError } from '../shared/problem.ts';
import { fitsCli, type PackageVersion } from './fit.ts';
import { misfit } from './misfit.ts';

interface PluginPackage extends PackageVersion {
  readonly oclif?: { readonly hooks?: Readonly<Record<string, string | readonly string[]>> };
}

/**
 * Looks at a plugin that lies ready to be installed: a plugin at all, for this coog, and its extension is one that would be
 * accepted. Its hook is run for that, as the next command would.
 * @throws ProblemError PLUGIN_INVALID, PLUGIN_VERSION, PLUGIN_FAILED and what gathering extensions finds
 */
export async function judgePlugin(root: string, cli: Contributor): Promise<PackageVersion> {
  const pack = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as PluginPackage;
  if (pack.oclif === undefined)
    throw new ProblemError({
      code: 'PLUGIN_INVALID',
      title: `${pack.name} ${pack.version} is no plugin of coog: its package.json has no "oclif"`,
      next: 'look at the name of the package; nothing was changed',
    });
  if (!(await fitsCli(pack, cli.version))) throw new ProblemError(misfit(pack, cli.version));
  const hooks = [pack.oclif.hooks?.[extensionHook] ?? []].flat();
  if (hooks.length === 0) return pack;
  const contributor = { name: pack.name, version: pack.version, root: await realpath(root) };
  const gathered = await gatherExtensions({
    runHook: () => askHooks(contributor, hooks),
    cli,
    registering: [contributor],
    without: new Set(),
  });
  const loaded = await loadExtensions(gathered.registrations);
  const wrong = [...gathered.problems, ...loaded.problems].filter((problem) => !isWarning(problem));
  if (wrong.length > 0) throw new ProblemError(wrong.map(whereItIsNot));
  return pack;
}

/** What oclif's runHook would answer for one plugin. */
async function askHooks(plugin: Contributor, files: readonly string[]): Promise<HookAnswers> {
  const answers = await Promise.all(files.map((file) => ask(plugin, file)));
  return { successes: answers.flatMap((a) => a.successes), failures: answers.flatMap((a) => a.failures) };
}

async function ask(plugin: Contributor, file: string): Promise<HookAnswers> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its hook did not answer in ${hookTimeout} ms`)), hookTimeout);
  });
  try {
    const result = await Promise.race([callHook(plugin, file), late]);
    return { successes: result === undefined ? [] : [{ plugin, result: await result.answer }], failures: [] };
  } catch (error) {
    return { successes: [], failures: [{ plugin, error }] };
  } finally {
    clearTimeout(timer);
  }
}

/** Undefined when the module exports no function, which oclif passes over. */
async function callHook(plugin: Contributor, file: string): Promise<{ answer: unknown } | undefined> {
  const module = (await import(pathToFileURL(join(plugin.root, file)).href)) as { default?: unknown };
  return typeof module.default === 'function' ? { answer: await module.default({}) } : undefined;
}

/** Where it lies is thrown away, and it is not installed yet. */
const whereItIsNot = ({ place: _, ...problem }: Problem): Problem => ({
  ...problem,
  next: 'tell its author; nothing was changed, what was installed before is still there',
});
