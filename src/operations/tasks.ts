import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expand, parseTemplate } from '../configuration/index.ts';
import { type Engine, runTool } from '../engine/index.ts';
import type { Task, TaskContext, TaskMoment } from '../extension/index.ts';
import type { Plan } from '../plan/index.ts';
import { changeVariables } from '../settings/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';

/** Runs the tasks of a moment, one after the other, in the order of their plugins. Answers whether one set a variable. */
export async function runTasks(
  moment: TaskMoment,
  plan: Plan,
  engine: Engine,
  context: OperationContext,
): Promise<boolean> {
  let changed = false;
  for (const task of plan.tasks.filter((t) => t.moment === moment)) {
    const taskContext = contextOf(plan, engine, context, () => {
      changed = true;
    });
    try {
      const loaded = (await import(pathToFileURL(join(task.contributor.root, task.module)).href)) as { default: Task };
      await loaded.default(taskContext);
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError(
        {
          code: 'TASK_FAILED',
          title: `${task.contributor.name}: ${task.title} failed; no service was changed`,
          detail: (error as Error).message,
          next: `coog up again, or add --without-plugin ${task.contributor.name}`,
        },
        { exitCode: ExitCode.failed, cause: error },
      );
    }
  }
  return changed;
}

function contextOf(plan: Plan, engine: Engine, context: OperationContext, onChange: () => void): TaskContext {
  const value = (name: string) => plan.values.get(name)?.value;
  const image = (definition: unknown): string =>
    typeof definition === 'string' ? expand(parseTemplate(definition), value) : '';
  return {
    folder: plan.folder,
    value,
    images: new Map(plan.services.map((s) => [s.name, image(s.definition.image)])),
    say: context.say,
    setVariable: async (name, text) => {
      await changeVariables(context.request, [{ name, value: text }], 'env.custom');
      onChange();
    },
    run: async (command, args, options) =>
      (await runTool(engine, command, args, { folder: plan.folder, ...options })).stdout,
  };
}
