import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Engine, runOnTerminal, type TerminalResult } from '../../engine/index.ts';
import { ownerLabel } from '../../shared/process-owner.ts';
import { mountOf, type Near, placed } from './one-shot.ts';
import { ownFolder } from './pipe.ts';

export interface InteractiveTask {
  readonly engine: Engine;
  readonly project: string;
  readonly near: Near;
  readonly image: string;
  /** The program and its arguments: everybody on this machine sees them. */
  readonly command: readonly string[];
  /** The one line of a file, and the variable by which the program finds that. */
  readonly secret: { readonly line: string; readonly variable: string };
  /** Files of this machine by their path inside, read-only. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Whether somebody types. */
  readonly terminal: boolean;
}

const INSIDE = '/coog/secret';

/** Runs a program in a container of its own, on our terminal; standard input is the program's, so the secret is a file. */
export async function runInteractive(task: InteractiveTask): Promise<TerminalResult> {
  const { engine, image, command, secret, terminal } = task;
  const folder = await ownFolder();
  try {
    const file = join(folder, 'secret');
    await writeFile(file, secret.line, { mode: 0o600 });
    const mounts = Object.entries({ ...task.mounts, [INSIDE]: file });
    const [program = '', ...args] = command;
    const docker = [
      'docker',
      ...placed(task, await ownerLabel()),
      ...(terminal ? ['--tty'] : []),
      ...mounts.flatMap(([inside, path]) => ['--mount', `${mountOf(path, inside)},readonly`]),
      ...['--env', `${secret.variable}=${INSIDE}`, '--user=0', `--entrypoint=${program}`, image, ...args],
    ];
    return await runOnTerminal(docker, { env: engine.env, folder, stdio: 'inherit' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
