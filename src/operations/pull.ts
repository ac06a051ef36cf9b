import { composeModel, detectEngine } from '../engine/index.ts';
import type { OperationContext } from './context.ts';
import { configure, planOrRefuse } from './prepare.ts';
import { requireOnTerminal } from './running.ts';

/** Pulls the images of the named services, or of all; those that are built here are left out. Answers the services. */
export async function pull(
  services: readonly string[],
  passedOn: readonly string[],
  context: OperationContext,
): Promise<string[]> {
  const { folder, environment } = context.request;
  const [engine, plan] = await Promise.all([detectEngine({ env: environment, folder }), planOrRefuse(context)]);
  await configure(plan, context);
  const model = await composeModel(engine, folder);
  const built = new Set(Object.values(model.services).flatMap((s) => (s.build && s.image ? [s.image] : [])));
  const chosen = services.length > 0 ? [...services] : Object.keys(model.services);
  const pulled = chosen.filter((name) => !built.has(model.services[name]?.image ?? ''));
  await context.letOthers?.();
  if (pulled.length > 0) await requireOnTerminal(engine, folder, ['pull', ...passedOn, ...pulled]);
  return pulled;
}
