import {
  type ComposeResult,
  type Container,
  composeProblem,
  type Engine,
  expectedServices,
  foregroundCompose,
  listContainers,
  requireCompose,
  runCompose,
  waitForProject,
} from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { OperationContext } from './context.ts';
import { interrupted, type Prepared, prepareStart } from './prepare.ts';
import { runTasks, runTasksAfter } from './tasks.ts';
import { projectUrls } from './urls.ts';

export interface UpOptions {
  readonly services: readonly string[];
  readonly detach: boolean;
  readonly wait: boolean;
  /** Milliseconds for starting and waiting together. */
  readonly timeout: number;
  /** Build images anew that are built here. */
  readonly rebuild: boolean;
  /** Arguments for Compose's own `up`. */
  readonly passedOn: readonly string[];
}

export interface UpResult {
  readonly project: string;
  readonly services: readonly string[];
  readonly urls: readonly string[];
  readonly waited: boolean;
}

/** Starts a project. In the foreground it ends when Compose ends; else when every service is healthy or completed. */
export async function up(options: UpOptions, context: OperationContext): Promise<UpResult> {
  const prepared = await prepareStart(options.services, options, context);
  const { engine, plan, model } = prepared;
  const orphans = options.services.length === 0 ? ['--remove-orphans'] : [];
  const args = ['up', ...(options.detach ? ['-d'] : []), ...orphans, ...options.passedOn, ...options.services];
  const result: UpResult = {
    project: plan.name,
    services: Object.keys(model.services),
    urls: projectUrls(plan, model),
    waited: options.detach && options.wait,
  };
  await runTasks({ moment: 'before-up', plan, engine }, context);
  if (options.detach) {
    await runDetached(prepared, args, options, context);
    const stands = options.wait ? 'the project runs' : 'the project is starting';
    await runTasksAfter({ moment: 'after-up', plan, engine }, stands, context);
  } else {
    for (const { title } of plan.tasks.filter((task) => task.moment === 'after-up'))
      context.say(`Left out in the foreground: ${title} (coog up -d does it)`);
    // In the foreground Compose goes on as long as the services do.
    await context.letOthers?.();
    await runForeground(engine, plan, args, options.services, context);
  }
  return result;
}

/** An interrupt ends what it runs: everything, or the services that were asked for and what they have started. */
async function runForeground(
  engine: Engine,
  plan: Plan,
  args: readonly string[],
  services: readonly string[],
  context: OperationContext,
): Promise<void> {
  const { folder } = plan;
  const namesOf = (containers: readonly Container[]) => [...new Set(containers.map(({ service }) => service))];
  const before = services.length === 0 ? [] : namesOf(await runningContainers(engine, plan));
  const left = before.filter((service) => !services.includes(service));
  const ending = async (command: 'stop' | 'kill') => {
    const running = namesOf(await runningContainers(engine, plan)).filter((service) => !left.includes(service));
    if (running.length > 0) await requireCompose(engine, folder, [command, ...running]);
  };
  const onInterrupt = () => context.say('Stopping; a second Ctrl-C does not wait');
  const endings = { onInterrupt, stop: () => ending('stop'), kill: () => ending('kill') };
  const result = await foregroundCompose(engine, folder, args, endings);
  if ((await runningContainers(engine, plan)).length === 0) context.say(`${plan.name} is stopped; its data is kept`);
  if (result.exitCode !== 0 && !result.interrupted) throw failed(engine, plan, args, result);
}

const runningContainers = async (engine: Engine, plan: Plan): Promise<Container[]> =>
  (await listContainers(engine, plan.name)).filter((container) => container.state === 'running');

async function runDetached(
  { engine, plan, model }: Prepared,
  args: readonly string[],
  options: UpOptions,
  context: OperationContext,
): Promise<void> {
  const before = await listContainers(engine, plan.name);
  const deadline = AbortSignal.timeout(options.timeout);
  const result = await runCompose(engine, plan.folder, args, { stdio: 'stderr', signal: deadline });
  if (result.interrupted) throw await takeBack(engine, plan, before, context);
  if (!options.wait) {
    if (result.exitCode !== 0) throw failed(engine, plan, args, result);
    return;
  }
  const interrupts = listenForInterrupt();
  try {
    await waitForProject({
      engine,
      project: plan.name,
      expected: expectations(plan, model),
      deadline: AbortSignal.any([deadline, interrupts.signal]),
      onChange: tellProgress(context),
    });
  } catch (error) {
    if (interrupts.signal.aborted) throw await takeBack(engine, plan, before, context);
    throw error;
  } finally {
    interrupts.release();
  }
  // Everything is well although Compose said otherwise: a container that was slow to die, a warning of an old version.
  if (result.exitCode !== 0) throw failed(engine, plan, args, result);
}

/** That a shipped service runs once stands in its fragment, so it is known also where nobody waits for its end. */
function expectations(plan: Plan, model: Prepared['model']): ReturnType<typeof expectedServices> {
  const expected = expectedServices(model);
  for (const { name, oneShot } of plan.services) {
    const known = expected.get(name);
    if (known && oneShot) expected.set(name, { ...known, oneShot, mayEnd: false });
  }
  return expected;
}

const failed = (engine: Engine, plan: Plan, args: readonly string[], result: ComposeResult): ProblemError =>
  new ProblemError(composeProblem(engine, plan.folder, args, result), { exitCode: ExitCode.failed });

/** An interrupted first start is taken back whole; where services were running before, nothing more is stopped. */
async function takeBack(
  engine: Engine,
  plan: Plan,
  before: readonly Container[],
  context: OperationContext,
): Promise<ProblemError> {
  if (before.some((c) => c.state === 'running'))
    return interrupted('starting was interrupted; what was running is left as it is now', 'coog up -d');
  const args = [before.length === 0 ? 'down' : 'stop'];
  context.say('Interrupted: stopping what was started');
  const result = await runCompose(engine, plan.folder, args, { stdio: 'stderr' });
  if (result.exitCode !== 0) return failed(engine, plan, args, result);
  return interrupted(
    'starting was interrupted; everything that was started is stopped again, data is kept',
    'coog up -d',
  );
}

function listenForInterrupt(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new Error('interrupted'));
  // Not `once`: execa ends the process on a signal that nobody else listens for any more.
  process.on('SIGINT', abort).on('SIGTERM', abort);
  return { signal: controller.signal, release: () => process.off('SIGINT', abort).off('SIGTERM', abort) };
}

/** One line whenever the set of services that are not ready gets smaller. */
function tellProgress(context: OperationContext): NonNullable<Parameters<typeof waitForProject>[0]['onChange']> {
  let last = '';
  return (progress) => {
    const waiting = progress.filter((p) => p.status === 'waiting').map((p) => p.service);
    const line = waiting.length === 0 ? '' : `Waiting for ${waiting.join(', ')}`;
    if (line !== last && line !== '') context.say(line);
    last = line;
  };
}
