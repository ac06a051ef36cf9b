import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { listContainers } from '../engine/index.ts';
import { type Plan, planProject, readLock } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';
import { engineOfConfigured, requireOnTerminal } from './running.ts';
import { runTasks, runTasksAfter } from './tasks.ts';

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
export async function down(passedOn: readonly string[], context: OperationContext): Promise<DownResult> {
  const { folder, environment } = context.request;
  // Also `--volumes=true`, `-vt5`, and `--vol`, which docker-compose 1.29.2 completes.
  const volumes = passedOn.find((arg) => /^--v|^-[^-]*v/.test(arg));
  if (volumes)
    throw new ProblemError({
      code: 'DOWN_KEEPS_DATA',
      title: `coog down keeps data; ${volumes} would remove volumes`,
      next: 'coog down, then remove the volume that you mean: docker volume rm NAME',
    });
  const engine = await engineOfConfigured({ folder, environment, say: context.say });
  const env = parse(await readFile(join(folder, '.env')));
  const project = env.COMPOSE_PROJECT_NAME ?? '';
  const containers = await listContainers(engine, project);
  const plan = await planForTasks(context);
  if (plan) await runTasks({ moment: 'before-down', plan, engine }, context);
  await requireOnTerminal(engine, folder, ['down', '--remove-orphans', ...passedOn]);
  if (plan)
    await runTasksAfter({ moment: 'after-down', plan, engine }, `${project} is down; its data is kept`, context);
  return { project, removed: containers.map((c) => c.name), dataFolder: env.FILESYSTEM_ROOT ?? '' };
}

/** A project must come down also when it cannot be planned: then no plugin takes part. One without plugins is not planned at all. */
async function planForTasks(context: OperationContext): Promise<Plan | undefined> {
  const lock = await readLock(context.request.folder);
  if (!lock || Object.keys(lock.plugins).length === 0) return undefined;
  const { plan } = await planProject(context.request).catch(() => ({ plan: undefined }));
  if (!plan)
    context.tell([
      {
        code: 'TASKS_LEFT_OUT',
        severity: 'warning',
        title: 'the project has problems, so what its plugins do before and after this is left out',
        next: 'coog configure --check',
      },
    ]);
  return plan;
}
