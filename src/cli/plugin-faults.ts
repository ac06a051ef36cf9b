import type { Command, Interfaces } from '@oclif/core';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { formatProblem } from './report.ts';

/** Milliseconds that loading a command may take; it takes some. */
const PATIENCE = 3_000;

/** A command of a plugin that cannot be loaded. The plugin's services are not affected. */
export const brokenCommand = (plugin: string, id: string, why: string): Problem => ({
  code: 'PLUGIN_COMMAND_FAILED',
  title: `the command ${id} of ${plugin} cannot be loaded: ${why.split('\n')[0]}`,
  next: `coog plugins:update ${plugin}, or tell its author; everything else works`,
});

/** Loads the command that is to run, when a plugin brings it. @throws ProblemError PLUGIN_COMMAND_FAILED */
export async function requireLoadable(config: Interfaces.Config, id: string): Promise<void> {
  const command = config.findCommand(id);
  if (!command || isOurs(config, command)) return;
  const problem = await faultOf(command);
  if (problem) throw new ProblemError(problem, { exitCode: 2 });
}

/** Loads every command of a plugin, for who looks at plugins. */
export async function brokenCommandsOf(config: Interfaces.Config, plugin: string): Promise<Problem[]> {
  const commands = config.commands.filter(({ pluginName }) => pluginName === plugin);
  return (await Promise.all(commands.map(faultOf))).flatMap((problem) => problem ?? []);
}

const isOurs = (config: Interfaces.Config, { pluginType, pluginName }: Command.Loadable): boolean =>
  pluginType === 'core' || pluginName === config.pjson.name;

async function faultOf(command: Command.Loadable): Promise<Problem | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it did not load in ${PATIENCE} ms`)), PATIENCE);
  });
  try {
    await Promise.race([command.load(), late]);
    return undefined;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return brokenCommand(command.pluginName ?? 'a plugin', command.id, why);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Tells what oclif warns of while it loads plugins in our own form: a plugin without a manifest, or that is not where the list
 * of plugins says. Other warnings of Node are told as Node tells them.
 */
export function tellPluginFaults(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning: Error & { detail?: string }) => {
    const problem = faultIn(warning);
    if (problem) process.stderr.write(`${formatProblem(problem)}\n`);
    else if (warning.name !== 'ExperimentalWarning')
      process.stderr.write(`(node) ${warning.name}: ${warning.message}\n`);
    if (process.env.DEBUG) process.stderr.write(`${warning.stack}\n${warning.detail ?? ''}\n`);
  });
}

/** What oclif puts into the detail of a warning: a line `key: value` each. */
export function faultIn({ message, detail = '' }: { message: string; detail?: string }): Problem | undefined {
  const lines = new Map([...detail.matchAll(/^(\w+): (.*)$/gm)].map(([, key = '', value = '']) => [key, value]));
  const plugin = lines.get('plugin');
  if (plugin === undefined) return undefined;
  const why = lines.get('message') ?? message;
  const [, id] = /^findCommand \((.*)\)$/.exec(lines.get('task') ?? '') ?? [];
  if (id !== undefined) return { ...brokenCommand(plugin, id, why), severity: 'warning' };
  return {
    code: 'PLUGIN_NOT_LOADED',
    severity: 'warning',
    title: `a plugin could not be loaded: ${why.split('\n')[0]}`,
    next: 'coog plugins lists those that are there; install it again, or coog plugins:uninstall NAME',
  };
}
