import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Config, flush, type Interfaces, run, settings } from '@oclif/core';
import { ProblemError } from '../shared/problem.ts';
import { requireLoadable, tellPluginFaults } from './plugin-faults.ts';
import { formatProblems, problemToJson } from './report.ts';
import { servePlugins } from './serve-plugins.ts';
import { resolveWords } from './words.ts';

/** Runs the CLI. `root` is the folder of the package. */
export async function main(
  root: string,
  argv: readonly string[],
  options: Partial<Interfaces.LoadOptions & object> = {},
): Promise<void> {
  if (existsSync(join(root, 'src'))) useWorkspacePlugins();
  servePlugins(root);
  hearOutput();
  tellPluginFaults();
  const config = await Config.load({ root, ...options } as Interfaces.LoadOptions);
  try {
    const words = endFlags(resolveWords(argv, config), config);
    await requireLoadable(config, words[0] ?? '');
    await run(words, config);
  } catch (error) {
    await reportUncaught(error as Error & { oclif?: { exit?: number } }, argv.includes('--json'));
  } finally {
    await flush();
    // A plugin's hook that was given up may hold a timer or a socket; what was to be said is said.
    process.exit();
  }
}

/**
 * In the place of oclif's own listener, which ends the process with a stack when a disk is full. A reader that is gone is no failure;
 * who writes what matters listens as well, and tells it.
 */
function hearOutput(): void {
  process.stdout.removeAllListeners('error').on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
    process.exitCode = 1;
    process.stderr.write(`✗ standard output cannot be written: ${error.message}\n`);
  });
}

/** In a checkout the plugins of the repository take part (`oclif.devPlugins`); in the published package there is no src. */
function useWorkspacePlugins(): void {
  process.env.NODE_ENV ??= 'development';
  // The build is run by whoever changes the code: oclif's own transpiling would silently run old output.
  settings.enableAutoTranspile = false;
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

async function reportUncaught(error: Error & { oclif?: { exit?: number } }, asJson: boolean): Promise<void> {
  if (error.oclif?.exit !== undefined && error.message.startsWith('EEXIT')) {
    process.exitCode = error.oclif.exit;
    return;
  }
  if (error instanceof ProblemError) {
    process.exitCode = error.exitCode;
    if (asJson) process.stdout.write(`${JSON.stringify({ problems: error.problems.map(problemToJson) }, null, 2)}\n`);
    else process.stderr.write(`${formatProblems(error.problems)}\n`);
    return;
  }
  process.exitCode = error.oclif?.exit ?? 1;
  process.stderr.write(`✗ ${error.message}\n`);
  if (process.env.DEBUG) process.stderr.write(`${error.stack}\n`);
}
