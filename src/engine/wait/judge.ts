import type { Container } from '../containers.ts';

export interface ExpectedService {
  /** Runs to its end and must exit 0. */
  readonly oneShot: boolean;
  /** It is not known whether it runs on or ends: running is enough, and so is having exited 0. */
  readonly mayEnd?: boolean;
  readonly hasHealthcheck: boolean;
}

export type ExpectedServices = ReadonlyMap<string, ExpectedService>;

export interface ServiceProgress {
  readonly service: string;
  readonly status: 'waiting' | 'ready' | 'failed';
  /** In words: `healthy`, `starting`, `restarted 3 times, exited with 1` … */
  readonly state: string;
  /** The container that the status comes from; undefined while there is none. */
  readonly container: Container | undefined;
}

/** What a container had behind it when it was first seen: history is no evidence against it. */
export interface Baseline {
  restartCount: number;
  failingStreak: number;
}

/** Milliseconds that a service without health check must stay up once it has restarted. */
const STABLE = 10_000;
const LONG_RUNNING_RESTARTS = 3;
const ONE_SHOT_RESTARTS = 5;

/**
 * How far each expected service is at `now` (milliseconds since 1970); pure but for `baselines` (by container id), which it
 * completes.
 */
export function judgeProject(
  expected: ExpectedServices,
  containers: readonly Container[],
  baselines: Map<string, Baseline>,
  now: number,
): ServiceProgress[] {
  return [...expected].map(([service, expectation]) => {
    const own = containers.filter((container) => container.service === service && !container.oneOff);
    const judged = own.map((container) =>
      judge(service, expectation, container, baselineOf(container, baselines), now),
    );
    const decisive = ['failed', 'waiting', 'ready'].flatMap(
      (status) => judged.find((row) => row.status === status) ?? [],
    );
    return decisive[0] ?? { service, status: 'waiting', state: 'no container', container: undefined };
  });
}

function judge(
  service: string,
  expected: ExpectedService,
  container: Container,
  baseline: Baseline,
  now: number,
): ServiceProgress {
  const row = (status: ServiceProgress['status'], state: string) => ({ service, status, state, container });
  const exit = describeExit(container);
  if (container.state === 'created')
    return container.error === '' ? row('waiting', 'created') : row('failed', 'could not be started');
  if (keepsRestarting(expected, container, baseline))
    return row('failed', `restarted ${container.restartCount} times, ${exit}`);
  if (container.state === 'restarting') return row('waiting', `restarting, ${exit}`);
  if (container.state === 'exited' || container.state === 'dead') {
    const ended = container.exitCode === 0 && container.error === '';
    return ended && (expected.oneShot || expected.mayEnd) ? row('ready', 'completed') : row('failed', exit);
  }
  if (container.state !== 'running' || expected.oneShot) return row('waiting', container.state);
  if (container.health === undefined && hasJustRestarted(container, now))
    return row('waiting', `running, restarted ${container.restartCount} times`);
  if (container.health === undefined) return row('ready', 'running');
  if (container.health === 'healthy') return row('ready', 'healthy');
  const failing = container.health === 'unhealthy' && container.failingStreak > baseline.failingStreak;
  return row(failing ? 'failed' : 'waiting', container.health);
}

/** The engine adds to the count for as long as it obeys the restart policy; only a manual start sets it back. */
function keepsRestarting(expected: ExpectedService, container: Container, baseline: Baseline): boolean {
  const limit = expected.oneShot ? ONE_SHOT_RESTARTS : LONG_RUNNING_RESTARTS;
  const now = container.state === 'restarting' && container.restartCount >= limit;
  return now || (!hasEnded(expected, container) && container.restartCount - baseline.restartCount >= limit);
}

/** An engine whose clock is not ours tells nothing by its times: then running is enough. */
const hasJustRestarted = ({ restartCount, startedAt }: Container, now: number): boolean =>
  restartCount > 0 && Math.abs(now - Date.parse(startedAt ?? '')) < STABLE;

const hasEnded = (expected: ExpectedService, container: Container): boolean =>
  (expected.oneShot || expected.mayEnd === true) && container.state === 'exited';

/** An unhealthy container may be about to recover from what this start repairs: one more failed probe decides. */
function baselineOf(container: Container, baselines: Map<string, Baseline>): Baseline {
  const known = baselines.get(container.id) ?? {
    restartCount: container.restartCount,
    failingStreak: container.health === 'unhealthy' ? container.failingStreak : 0,
  };
  known.restartCount = Math.min(known.restartCount, container.restartCount);
  if (container.health !== 'unhealthy') known.failingStreak = 0;
  baselines.set(container.id, known);
  return known;
}

function describeExit(container: Container): string {
  if (container.error !== '') return 'could not be started';
  return container.outOfMemory ? 'ended for want of memory' : `exited with ${container.exitCode}`;
}
