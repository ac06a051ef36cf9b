import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { composeModel, composeProblem, detectEngine, type Engine, runCompose } from '../engine/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';

/** The part of a context that an operation on what already runs needs: it works with the files of the last configure. */
export type RunningContext = Pick<OperationContext, 'say'> & {
  readonly folder: string;
  readonly environment: OperationContext['request']['environment'];
};

/** The engine, for a project that was configured. @throws ProblemError NOT_CONFIGURED */
export async function engineOfConfigured(context: RunningContext): Promise<Engine> {
  const [engine] = await Promise.all([
    detectEngine({ env: context.environment, folder: context.folder }),
    requireConfigured(context.folder),
  ]);
  return engine;
}

async function requireConfigured(folder: string): Promise<void> {
  try {
    await access(join(folder, '.env'));
  } catch {
    throw new ProblemError({
      code: 'NOT_CONFIGURED',
      title: 'this project was never configured, so nothing of it runs',
      place: { file: folder },
      next: 'coog up -d',
    });
  }
}

/** Hands a command to Compose on our own terminal. Answers Compose's exit code, for commands whose answer it is. */
export async function passToCompose(engine: Engine, folder: string, args: readonly string[]): Promise<number> {
  const result = await runCompose(engine, folder, args, { stdio: 'inherit' });
  return result.interrupted ? 130 : result.exitCode;
}

/** As `passToCompose`; anything but success is a problem. */
export async function requireOnTerminal(engine: Engine, folder: string, args: readonly string[]): Promise<void> {
  const result = await runCompose(engine, folder, args, { stdio: 'stderr' });
  if (result.exitCode !== 0)
    throw new ProblemError(composeProblem(engine, folder, args, result), { exitCode: ExitCode.failed });
}

/**
 * Compose itself says nothing about an unknown name while nothing of the project runs. Answers the name of the project.
 * @throws ProblemError SERVICE_UNKNOWN
 */
export async function requireServices(engine: Engine, folder: string, services: readonly string[]): Promise<string> {
  const model = await composeModel(engine, folder);
  refuseUnknown(services, Object.keys(model.services));
  return model.name;
}

export function refuseUnknown(services: readonly string[], known: readonly string[]): void {
  const unknown = services.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new ProblemError(
    unknown.map((name) => ({
      code: 'SERVICE_UNKNOWN',
      title: `this project has no service "${name}"`,
      detail: `services: ${[...known].sort().join(', ')}`,
      next: 'coog status',
    })),
  );
}
