import { applyPlan } from '../apply/index.ts';
import {
  type ComposeModel,
  composeModel,
  composeProblem,
  createFolders,
  detectEngine,
  type Engine,
  missingImages,
  planFolders,
  preflight,
  pullMissing,
  runCompose,
  selectServices,
} from '../engine/index.ts';
import { type Plan, planProject } from '../plan/index.ts';
import { ExitCode, isWarning, ProblemError, throwErrors } from '../shared/problem.ts';
import { absentBuilds } from './builds.ts';
import type { OperationContext } from './context.ts';
import { preflightFacts } from './preflight-facts.ts';
import { refuseUnknown } from './running.ts';
import { runTasks } from './tasks.ts';
import { requireNoUpgrade } from './unfinished-upgrade.ts';

export interface Prepared {
  readonly engine: Engine;
  readonly plan: Plan;
  /** What Compose makes of the project, the chosen services and what they need alone. */
  readonly model: ComposeModel;
}

/** Plans the project and tells its warnings. @throws ProblemError with everything that is wrong */
export async function planOrRefuse(context: OperationContext, quiet = false): Promise<Plan> {
  const planned = await planProject(context.request);
  if (!planned.plan) throw new ProblemError(planned.problems);
  if (!quiet) context.tell(planned.problems.filter(isWarning));
  return planned.plan;
}

/** Writes what differs, and says what was kept aside. */
export async function configure(plan: Plan, context: OperationContext): Promise<void> {
  const { keptAside, written } = await applyPlan(plan, context.now());
  for (const { path, as } of keptAside)
    context.say(`! ${path} was not as coog wrote it; your version is kept as ${as}`);
  if (written.length > 0) context.say(`Wrote ${written.length} files: ${inShort(written)}`);
}

/** Files of the root by name, those of folders by number: a first start writes dozens. */
function inShort(paths: readonly string[]): string {
  const own = paths.filter((path) => !path.includes('/'));
  const below = paths.length - own.length;
  return [...own, ...(below > 0 ? [`${below} in folders`] : [])].join(', ');
}

/**
 * Everything before the first container is touched: engine, plan, tasks of plugins, files, pre-flight, images, folders.
 * Whatever is wrong is told at once, and no service was changed.
 */
export async function prepareStart(
  services: readonly string[],
  options: { rebuild: boolean },
  context: OperationContext,
): Promise<Prepared> {
  const { folder, environment } = context.request;
  await requireNoUpgrade(context);
  const [engine, first] = await Promise.all([detectEngine({ env: environment, folder }), planOrRefuse(context)]);
  const changed = await runTasks({ moment: 'prepare', plan: first, engine }, context);
  const plan = changed ? await planOrRefuse(context, true) : first;
  await configure(plan, context);
  const whole = await composeModel(engine, folder);
  refuseUnknown(services, Object.keys(whole.services));
  const model = selectServices(whole, services);
  const facts = preflightFacts(plan, model);
  context.tell(
    throwErrors(await preflight({ engine, model, project: plan.name, uid: context.uid, gid: context.gid, ...facts })),
  );
  await provideImages({ engine, plan, model }, options.rebuild, context);
  await createFolders(planFolders(model, facts.roots), context);
  return { engine, plan, model };
}

/** Pulls what is missing and builds what is built here, so that a start finds every image. */
export async function provideImages(
  { engine, plan, model }: Prepared,
  rebuild: boolean,
  context: OperationContext,
): Promise<void> {
  const building = rebuild
    ? Object.keys(model.services).filter((s) => model.services[s]?.build)
    : await absentBuilds(engine, model);
  const built = new Set(Object.values(model.services).flatMap((s) => (s.build && s.image ? [s.image] : [])));
  const missing = (await missingImages(engine, model)).filter(({ image }) => !built.has(image));
  if (missing.length > 0) {
    context.say(`Pulling ${missing.map((m) => m.image).join(', ')}`);
    await pullMissing(engine, plan.folder, missing);
  }
  if (building.length === 0) return;
  context.say(`Building the images of ${building.join(', ')}`);
  const parallel = engine.compose.major === 1 ? ['--parallel'] : [];
  const args = ['build', ...parallel, ...building];
  const result = await runCompose(engine, plan.folder, args, { stdio: 'stderr' });
  if (result.interrupted) throw interrupted(`building was interrupted; no service was changed`);
  if (result.exitCode !== 0)
    throw new ProblemError(composeProblem(engine, plan.folder, args, result), { exitCode: ExitCode.failed });
}

export const interrupted = (title: string, next = 'coog up'): ProblemError =>
  new ProblemError({ code: 'INTERRUPTED', title, next }, { exitCode: ExitCode.failed });
