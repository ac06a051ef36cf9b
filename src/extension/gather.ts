import { closest } from '../shared/closest.ts';
import type { Problem } from '../shared/problem.ts';
import { type Contributor, extensionHook, type Registration } from './catalogue.ts';
import { orderRegistrations } from './order.ts';
import { validateExtension } from './validate.ts';

/** What oclif's `config.runHook` answers; plugins run in parallel and answer in any order. */
export interface HookAnswers {
  readonly successes: readonly { plugin: Contributor; result: unknown }[];
  /** `error` is whatever was thrown. */
  readonly failures: readonly { plugin: Contributor; error: unknown }[];
}

export type RunHook = (name: string, options: object, timeout: number, captureErrors: boolean) => Promise<HookAnswers>;

export interface GatherInput {
  readonly runHook: RunHook;
  readonly cli: { readonly name: string; readonly version: string };
  /** Plugins that say in their package that they have the hook; one that then does not answer is broken. */
  readonly registering?: readonly Contributor[];
  /** Plugins that the user leaves out (`--without-plugin`). */
  readonly without: ReadonlySet<string>;
}

/** Milliseconds that a hook may take; one that only returns data takes less than one. */
export const hookTimeout = 3000;

/**
 * Asks every plugin, the core among them, for its extension. A plugin that fails is a problem with its name.
 * `present`: all that answered, well or not.
 */
export async function gatherExtensions(
  input: GatherInput,
): Promise<{ registrations: Registration[]; present: ReadonlySet<string>; problems: Problem[] }> {
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  const { default: validRange } = await import('semver/ranges/valid.js');
  const answers = await askAll(input.runHook);
  const problems: Problem[] = [...wrongWithout(input, answers)];
  const registrations: Registration[] = [];
  const isLeftOut = (name: string) => name !== input.cli.name && input.without.has(name);
  const fits = (version: string, range: string) =>
    validRange(range) === null ? undefined : satisfies(version, range, { includePrerelease: true });
  for (const { plugin, error } of answers.failures)
    if (!isLeftOut(plugin.name)) problems.push(hookFailed(plugin, error));
  for (const plugin of silent(input, answers))
    if (!isLeftOut(plugin.name)) problems.push(hookFailed(plugin, new Error('its hook exports no function')));
  for (const { plugin, result } of answers.successes) {
    if (isLeftOut(plugin.name)) continue;
    if (registrations.some((r) => r.contributor.name === plugin.name)) {
      problems.push(hookFailed(plugin, new Error('it has more than one hook for extensions')));
      continue;
    }
    const contributor = { name: plugin.name, version: plugin.version, root: plugin.root };
    const judged = validateExtension(result, contributor, { version: input.cli.version, satisfies: fits });
    problems.push(...judged.problems);
    if (judged.extension) registrations.push({ contributor, extension: judged.extension });
  }
  const sorted = orderRegistrations(registrations, input.cli.name);
  const present = new Set([...answers.successes, ...answers.failures].map(({ plugin }) => plugin.name));
  return { registrations: sorted.ordered, present, problems: [...problems.sort(byTitle), ...sorted.problems] };
}

/** oclif's own timer does not keep the process alive: waiting for a hook that hangs, Node would end with nothing said. */
async function askAll(runHook: RunHook): Promise<HookAnswers> {
  const alive = setInterval(() => undefined, hookTimeout);
  try {
    return await runHook(extensionHook, {}, hookTimeout, true);
  } finally {
    clearInterval(alive);
  }
}

/** oclif passes over a hook module without a function in it: the plugin would vanish. */
function silent(input: GatherInput, { successes, failures }: HookAnswers): Contributor[] {
  const answered = new Set([...successes, ...failures].map(({ plugin }) => plugin.name));
  return (input.registering ?? []).filter(({ name }) => !answered.has(name));
}

/** Names behind --without-plugin that leave nothing out. The core cannot be left out. */
function wrongWithout(input: GatherInput, { successes, failures }: HookAnswers): Problem[] {
  const known = [...successes, ...failures].map(({ plugin }) => plugin).concat(input.registering ?? []);
  const plugins = known.map(({ name }) => name).filter((name) => name !== input.cli.name);
  return [...input.without]
    .filter((name) => !plugins.includes(name))
    .map((name) => {
      const guess = closest(name, plugins) ?? plugins.find((p) => p.endsWith(`-${name}`));
      return {
        code: 'PLUGIN_UNKNOWN',
        severity: 'warning',
        title: `--without-plugin ${name} leaves nothing out: no such plugin registers anything`,
        next: guess ? `did you mean ${guess}?` : 'coog plugins lists the plugins',
      };
    });
}

const byTitle = (a: Problem, b: Problem): number => (a.title < b.title ? -1 : 1);

function hookFailed(plugin: Contributor, thrown: unknown): Problem {
  const reason = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')[0];
  return {
    code: 'PLUGIN_FAILED',
    title: `${plugin.name} ${plugin.version} could not register: ${reason}`,
    place: { file: plugin.root },
    next: `coog plugins:uninstall ${plugin.name}, or add --without-plugin ${plugin.name}`,
  };
}
