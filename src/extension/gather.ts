import type { Problem } from '../shared/problem.ts';
import { type Contributor, extensionHook, type Registration } from './catalogue.ts';
import { orderRegistrations } from './order.ts';
import { validateExtension } from './validate.ts';

/** What oclif's `config.runHook` answers; plugins run in parallel and answer in any order. */
export interface HookAnswers {
  readonly successes: readonly { plugin: Contributor; result: unknown }[];
  readonly failures: readonly { plugin: Contributor; error: Error }[];
}

export type RunHook = (name: string, options: object, timeout: number, captureErrors: boolean) => Promise<HookAnswers>;

export interface GatherInput {
  readonly runHook: RunHook;
  readonly cli: { readonly name: string; readonly version: string };
  /** Plugins that the user leaves out (`--without-plugin`). */
  readonly without: ReadonlySet<string>;
}

/** Milliseconds that a hook may take; one that only returns data takes less than one. */
export const hookTimeout = 3000;

/** Asks every plugin, the core among them, for its extension. A plugin that fails is a problem with its name. */
export async function gatherExtensions(
  input: GatherInput,
): Promise<{ registrations: Registration[]; problems: Problem[] }> {
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  const { default: validRange } = await import('semver/ranges/valid.js');
  const answers = await input.runHook(extensionHook, {}, hookTimeout, true);
  const problems: Problem[] = [];
  const registrations: Registration[] = [];
  const fits = (version: string, range: string) =>
    validRange(range) === null ? undefined : satisfies(version, range, { includePrerelease: true });
  for (const { plugin, error } of answers.failures)
    if (!input.without.has(plugin.name)) problems.push(hookFailed(plugin, error));
  for (const { plugin, result } of answers.successes) {
    if (input.without.has(plugin.name)) continue;
    const contributor = { name: plugin.name, version: plugin.version, root: plugin.root };
    const judged = validateExtension(result, contributor, { version: input.cli.version, satisfies: fits });
    problems.push(...judged.problems);
    if (judged.extension) registrations.push({ contributor, extension: judged.extension });
  }
  const sorted = orderRegistrations(registrations, input.cli.name);
  return { registrations: sorted.ordered, problems: [...problems.sort(byTitle), ...sorted.problems] };
}

const byTitle = (a: Problem, b: Problem): number => (a.title < b.title ? -1 : 1);

function hookFailed(plugin: Contributor, error: Error): Problem {
  return {
    code: 'PLUGIN_FAILED',
    title: `${plugin.name} ${plugin.version} could not register: ${error.message.split('\n')[0]}`,
    place: { file: plugin.root },
    next: `coog plugins:uninstall ${plugin.name}, or add --without-plugin ${plugin.name}`,
  };
}
