import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import { listContainers } from '../containers.ts';
import type { DockerAccess } from '../engine.ts';
import { followEvents } from './events.ts';
import { serviceProblem } from './evidence.ts';
import { type Baseline, type ExpectedServices, judgeProject, type ServiceProgress } from './judge.ts';

/** Milliseconds between two looks at least: a service that crashes in a loop sends events without end. */
const LOOK_SPACING = 200;

/** Milliseconds between two looks when no event wakes us. */
const SAFETY_INTERVAL = 5_000;

/** Milliseconds after the first failure in which others may still show theirs: what fails together is told together. */
const SETTLE = 3_000;

export interface WaitOptions {
  readonly engine: DockerAccess;
  readonly project: string;
  readonly expected: ExpectedServices;
  /** Milliseconds from now, or a signal: aborted with a TimeoutError it is a deadline, with anything else an interrupt. */
  readonly deadline: AbortSignal | number;
  /** Told whenever a service's status or state has changed. */
  readonly onChange?: (progress: readonly ServiceProgress[]) => void;
}

/**
 * Resolves when every long-running service is healthy (running when it has no health check) and every one-shot has exited
 * 0. Call it when Compose's `up` has ended, well or not: a container that has exited counts as failed.
 * Throws ProblemError (exit code 1): SERVICE_FAILED for all that fail within seconds of the first, SERVICE_NOT_READY for
 * each service at the deadline, WAIT_INTERRUPTED.
 */
export async function waitForProject(options: WaitOptions): Promise<readonly ServiceProgress[]> {
  const { engine, project, deadline } = options;
  const limit = typeof deadline === 'number' ? AbortSignal.timeout(deadline) : deadline;
  const finished = new AbortController();
  const alarm = createAlarm(limit);
  const events = followEvents(engine, project, alarm.ring, AbortSignal.any([limit, finished.signal]));
  try {
    return await lookUntilReady(options, limit, alarm);
  } finally {
    finished.abort();
    alarm.release();
    await events;
  }
}

async function lookUntilReady(options: WaitOptions, limit: AbortSignal, alarm: Alarm): Promise<ServiceProgress[]> {
  const { engine, project, expected, onChange } = options;
  const baselines = new Map<string, Baseline>();
  let told: unknown;
  let settled = Number.POSITIVE_INFINITY;
  for (;;) {
    // Events that come while we look count for the next look: it may already have passed their container.
    const woken = Promise.all([alarm.next(), setTimeout(LOOK_SPACING)]);
    const progress = judgeProject(expected, await listContainers(engine, project), baselines, Date.now());
    const summary = progress.map(({ service, status, state }) => ({ service, status, state }));
    if (!isDeepStrictEqual(summary, told)) onChange?.(progress);
    told = summary;
    const failed = progress.filter((row) => row.status === 'failed');
    const pending = progress.filter((row) => row.status !== 'ready');
    if (pending.length === 0) return progress;
    if (failed.length > 0) settled = Math.min(settled, Date.now() + SETTLE);
    const decided = limit.aborted || Date.now() >= settled || !progress.some(isUndecided);
    if (failed.length > 0 && decided) throw await failure(engine, failed, false);
    if (limit.aborted) throw isTimeout(limit) ? await failure(engine, pending, true) : interrupted(pending);
    await (failed.length > 0 ? setTimeout(LOOK_SPACING) : woken);
  }
}

/** What Compose has not started will not fail any more either. */
const isUndecided = ({ status, container }: ServiceProgress): boolean =>
  status === 'waiting' && (container?.state === 'running' || container?.state === 'restarting');

async function failure(engine: DockerAccess, rows: readonly ServiceProgress[], late: boolean): Promise<ProblemError> {
  const problems = await Promise.all(rows.map((row) => serviceProblem(engine, row, late)));
  return new ProblemError(problems, { exitCode: ExitCode.failed });
}

const interrupted = (pending: readonly ServiceProgress[]): ProblemError =>
  new ProblemError(
    {
      code: 'WAIT_INTERRUPTED',
      title: 'interrupted while the services were starting',
      detail: `Not ready yet: ${pending.map(({ service, state }) => `${service} (${state})`).join(', ')}. They go on starting.`,
      next: 'coog status',
    },
    { exitCode: ExitCode.failed },
  );

const isTimeout = (signal: AbortSignal): boolean =>
  signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';

interface Alarm {
  /** Wakes who waits for `next`. */
  readonly ring: () => void;
  /** Resolves at the next ring from this call on, at the end of the safety interval or when the limit is reached. */
  readonly next: () => Promise<void>;
  readonly release: () => void;
}

function createAlarm(limit: AbortSignal): Alarm {
  let current = Promise.withResolvers<void>();
  const ring = (): void => current.resolve();
  const timer = setInterval(ring, SAFETY_INTERVAL);
  limit.addEventListener('abort', ring);
  return {
    ring,
    next: () => {
      current = Promise.withResolvers<void>();
      if (limit.aborted) current.resolve();
      return current.promise;
    },
    release: () => {
      clearInterval(timer);
      limit.removeEventListener('abort', ring);
    },
  };
}
