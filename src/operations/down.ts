import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { listContainers } from '../engine/index.ts';
import { ProblemError } from '../shared/problem.ts';
import { engineOfConfigured, type RunningContext, requireOnTerminal } from './running.ts';

export interface DownResult {
  readonly project: string;
  /** Containers that were stopped and removed. */
  readonly removed: readonly string[];
  /** Where the data lies, untouched. */
  readonly dataFolder: string;
}

/**
 * Stops and removes the containers and networks of a project by the files of the last configure: it works when the
 * configuration is broken. Data is in folders of the host, which nothing here touches.
 */
export async function down(passedOn: readonly string[], context: RunningContext): Promise<DownResult> {
  // Also `--volumes=true`, `-vt5`, and `--vol`, which docker-compose 1.29.2 completes.
  const volumes = passedOn.find((arg) => /^--v|^-[^-]*v/.test(arg));
  if (volumes)
    throw new ProblemError({
      code: 'DOWN_KEEPS_DATA',
      title: `coog down keeps data; ${volumes} would remove volumes`,
      next: 'coog down, then remove the volume that you mean: docker volume rm NAME',
    });
  const engine = await engineOfConfigured(context);
  const env = parse(await readFile(join(context.folder, '.env')));
  const project = env.COMPOSE_PROJECT_NAME ?? '';
  const containers = await listContainers(engine, project);
  await requireOnTerminal(engine, context.folder, ['down', '--remove-orphans', ...passedOn]);
  return { project, removed: containers.map((c) => c.name), dataFolder: env.FILESYSTEM_ROOT ?? '' };
}
