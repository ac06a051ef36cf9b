import type { Engine } from '../engine/index.ts';
import type { Contributed, Task, TaskDeclaration, TaskMoment } from '../extension/index.ts';
import type { Plan } from '../plan/index.ts';
import { changeVariables } from '../settings/index.ts';
import { ExitCode, type Problem, ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';
import { loadModule, moduleContext } from './module-context.ts';

export interface Moment {
  readonly moment: TaskMoment;
  readonly plan: Plan;
  readonly engine: Engine;
  /** The database of an update or a load. */
  readonly database?: string;
}

export type TasksContext = Pick<OperationContext, 'request' | 'say'> & { readonly signal?: AbortSignal };

/**
 * Runs the tasks of a moment before something is changed, one after the other in the order of their plugins; the first that
 * fails ends it. Answers whether one set a variable. @throws ProblemError TASK_FAILED (1)
 */
export async function runTasks(at: Moment, context: TasksContext): Promise<boolean> {
  let changed = false;
  for (const task of tasksOf(at)) {
    try {
      changed = (await runTask(task, at, context)) || changed;
    } catch (error) {
      throw error instanceof ProblemError
        ? error
        : new ProblemError(taskFailed(task, at, error), { exitCode: ExitCode.failed, cause: error });
    }
  }
  return changed;
}

/**
 * Runs the tasks of a moment after something was changed: all of them, whichever fails. `stands` says what was done and
 * stays. @throws ProblemError TASK_FAILED (1) with every one that failed
 */
export async function runTasksAfter(at: Moment, stands: string, context: TasksContext): Promise<void> {
  const problems: Problem[] = [];
  for (const task of tasksOf(at)) {
    try {
      await runTask(task, at, context);
    } catch (error) {
      problems.push(taskFailed(task, at, error, stands));
    }
  }
  if (problems.length > 0) throw new ProblemError(problems, { exitCode: ExitCode.failed });
}

const tasksOf = ({ plan, moment }: Moment) => plan.tasks.filter((task) => task.moment === moment);

async function runTask(
  task: Contributed<TaskDeclaration>,
  { plan, engine, moment, database }: Moment,
  context: TasksContext,
): Promise<boolean> {
  let changed = false;
  const run = await loadModule<Task>(task.contributor, task.module);
  await run({
    ...moduleContext(plan, engine, context.signal ?? new AbortController().signal),
    moment,
    ...(database === undefined ? {} : { database }),
    say: context.say,
    setVariable: async (name, value) => {
      if (moment !== 'prepare') throw new Error(`a task sets variables in the moment prepare only, not in ${moment}`);
      await changeVariables(context.request, [{ name, value }], 'env.custom');
      changed = true;
    },
  });
  return changed;
}

/** A command that is run again after a failure, by what stands behind the dash of the moment. */
const commands: Readonly<Record<string, string>> = {
  up: 'coog up',
  down: 'coog down',
  update: 'coog db:update',
  load: 'coog db:load',
};

function taskFailed(
  { contributor, title }: Contributed<TaskDeclaration>,
  { moment, database }: Moment,
  error: unknown,
  stands?: string,
): Problem {
  const unchanged = database === undefined ? 'no service was changed' : `${database} is what it was`;
  const command = commands[moment.split('-')[1] ?? 'up'] ?? 'coog up';
  const reason = error instanceof ProblemError ? error.problems.map((p) => p.title).join('\n') : messageOf(error);
  return {
    code: 'TASK_FAILED',
    title: `${contributor.name}: ${title} failed; ${stands ?? unchanged}`,
    detail: reason,
    next: stands
      ? `what failed is the plugin's own work: mend it, or tell the author of ${contributor.name}`
      : `${command} again, or add --without-plugin ${contributor.name}`,
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
