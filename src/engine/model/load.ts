import { ProblemError } from '../../shared/problem.ts';
import { composeProblem, runCompose } from '../compose.ts';
import type { Engine } from '../engine.ts';
import type { ComposeModel } from './model.ts';
import { normaliseModel } from './normalise.ts';
import { readProjectSettings } from './project-name.ts';

/**
 * What Compose resolves the folder's project to. Throws ProblemError COMPOSE_CONFIG with Compose's own message when it
 * refuses the files.
 */
export async function composeModel(engine: Engine, folder: string, signal?: AbortSignal): Promise<ComposeModel> {
  const options = { stdio: 'pipe' as const, ...(signal === undefined ? {} : { signal }) };
  const [result, settings, { parse }] = await Promise.all([
    runCompose(engine, folder, ['config'], options),
    readProjectSettings(folder),
    import('yaml'),
  ]);
  if (result.exitCode !== 0) {
    const problem = composeProblem(engine, folder, ['config'], result);
    if (problem.code !== 'COMPOSE_FAILED') throw new ProblemError(problem);
    throw new ProblemError({
      code: 'COMPOSE_CONFIG',
      title: `Docker Compose ${engine.compose.version} refuses the project's files`,
      detail: withoutWarnings(result.stderr) || `It ended with exit code ${result.exitCode}.`,
      place: { file: folder },
      next: 'correct what the message names, then: coog configure',
    });
  }
  const { project, profiles } = settings;
  return normaliseModel(parse(result.stdout), engine.compose.major === 1 ? { project, profiles } : { project });
}

/** Compose 2 logs warnings (`time="…" level=warning msg=…`, `WARN[0000] …`) before the one line that counts. */
const withoutWarnings = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !/^(?:time="[^"]*" level=warning|WARN\[\d+\]|WARNING: )/.test(line))
    .join('\n')
    .trim();
