import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Config, flush, type Interfaces, run, settings } from '@oclif/core';
import { servePlugins } from './serve-plugins.ts';

/** Runs the CLI. `root` is the folder of the package. */
export async function main(
  root: string,
  argv: readonly string[],
  options: Partial<Interfaces.LoadOptions & object> = {},
): Promise<void> {
  if (existsSync(join(root, 'src'))) useWorkspacePlugins();
  servePlugins(root);
  const config = await Config.load({ root, ...options } as Interfaces.LoadOptions);
  try {
    await run(endFlags(joinTopic([...argv], config), config), config);
  } catch (error) {
    await reportUncaught(error as Error & { oclif?: { exit?: number } });
  } finally {
    await flush();
    // A plugin's hook that was given up may hold a timer or a socket; what was to be said is said.
    process.exit();
  }
}

/** In a checkout the plugins of the repository take part (`oclif.devPlugins`); in the published package there is no src. */
function useWorkspacePlugins(): void {
  process.env.NODE_ENV ??= 'development';
  // The build is run by whoever changes the code: oclif's own transpiling would silently run old output.
  settings.enableAutoTranspile = false;
}

/** `coog config list` means `coog config:list`, as long as the first word is no command that takes the second as its argument. */
function joinTopic(argv: string[], config: Interfaces.Config): string[] {
  const first = config.findCommand(argv[0] ?? '');
  if (first && (first.strict === false || Object.keys(first.args).length > 0)) return argv;
  for (let words = Math.min(3, argv.length); words > 1; words--) {
    const id = argv.slice(0, words).join(':');
    if (config.findCommand(id)) return [id, ...argv.slice(words)];
  }
  const [topic = '', second] = argv;
  // A topic with an unknown word behind it is a typo, not a wish for help.
  const isTypo = !first && config.findTopic(topic) && second !== undefined && !second.startsWith('-');
  return isTypo ? [`${topic}:${second}`, ...argv.slice(2)] : argv;
}

/**
 * Puts `--` before the first argument of a command that hands everything behind it on (`static verbatim`), so that
 * nobody takes `coog exec coog ls --help` for a question about coog.
 */
function endFlags(argv: string[], config: Interfaces.Config): string[] {
  const command = config.findCommand(argv[0] ?? '');
  if (command?.verbatim !== true) return argv;
  const flags = Object.values(command.flags);
  const takesValue = (word: string) =>
    flags.some((f) => f.type === 'option' && (word === `--${f.name}` || word === `-${f.char}`));
  let at = 1;
  while (at < argv.length && argv[at] !== '--' && argv[at]?.startsWith('-')) at += takesValue(argv[at] ?? '') ? 2 : 1;
  return at >= argv.length || argv[at] === '--' ? argv : [...argv.slice(0, at), '--', ...argv.slice(at)];
}

async function reportUncaught(error: Error & { oclif?: { exit?: number } }): Promise<void> {
  if (error.oclif?.exit !== undefined && error.message.startsWith('EEXIT')) {
    process.exitCode = error.oclif.exit;
    return;
  }
  process.exitCode = error.oclif?.exit ?? 1;
  process.stderr.write(`✗ ${error.message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${error.stack}\n`);
}
