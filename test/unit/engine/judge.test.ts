import { expect, test } from 'vitest';
import { type Container, expectedServices } from '../../../src/engine/index.ts';
import { type Baseline, judgeProject } from '../../../src/engine/wait/judge.ts';
import { container, model } from './make.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
const longRunning = { oneShot: false, hasHealthcheck: true };
const oneShot = { oneShot: true, hasHealthcheck: false };

const judge = (expected: object, found: Partial<Container>, baselines = new Map<string, Baseline>()) => {
  const expectation = new Map([['back', { ...longRunning, ...expected }]]);
  const [row] = judgeProject(expectation, [container(found)], baselines, NOW);
  return [row?.status, row?.state];
};

test.each([
  [longRunning, { state: 'created' }, 'waiting', 'created'],
  [longRunning, { state: 'created', error: 'port is already allocated' }, 'failed', 'could not be started'],
  [longRunning, { health: 'starting' }, 'waiting', 'starting'],
  [longRunning, { health: 'healthy' }, 'ready', 'healthy'],
  [longRunning, {}, 'ready', 'running'],
  [longRunning, { restartCount: 2, startedAt: '2026-01-01T23:59:55Z' }, 'waiting', 'running, restarted 2 times'],
  [longRunning, { restartCount: 2, startedAt: '2026-01-01T23:59:50Z' }, 'ready', 'running'],
  [longRunning, { restartCount: 2, startedAt: '2026-01-02T01:00:00Z' }, 'ready', 'running'],
  [longRunning, { state: 'paused' }, 'waiting', 'paused'],
  [longRunning, { state: 'exited', exitCode: 0 }, 'failed', 'exited with 0'],
  [longRunning, { state: 'exited', exitCode: 137, outOfMemory: true }, 'failed', 'ended for want of memory'],
  [longRunning, { state: 'restarting', exitCode: 1, restartCount: 2 }, 'waiting', 'restarting, exited with 1'],
  [longRunning, { state: 'restarting', exitCode: 1, restartCount: 3 }, 'failed', 'restarted 3 times, exited with 1'],
  [{ ...longRunning, mayEnd: true }, { state: 'exited', exitCode: 0 }, 'ready', 'completed'],
  [{ ...longRunning, mayEnd: true }, {}, 'ready', 'running'],
  [oneShot, {}, 'waiting', 'running'],
  [oneShot, { state: 'exited', exitCode: 0 }, 'ready', 'completed'],
  [oneShot, { state: 'exited', exitCode: 0, restartCount: 9 }, 'ready', 'completed'],
  [oneShot, { state: 'exited', exitCode: 2, restart: 'no' }, 'failed', 'exited with 2'],
  [oneShot, { state: 'restarting', exitCode: 2, restartCount: 4 }, 'waiting', 'restarting, exited with 2'],
  [oneShot, { state: 'restarting', exitCode: 2, restartCount: 5 }, 'failed', 'restarted 5 times, exited with 2'],
] as const)('%j with %j: %s (%s)', (expected, found, status, state) => {
  expect(judge(expected, found)).toEqual([status, state]);
});

test('restarts before the first look are history, those after it count', () => {
  const baselines = new Map<string, Baseline>();
  expect(judge(longRunning, { restartCount: 40, health: 'healthy' }, baselines)).toEqual(['ready', 'healthy']);
  expect(judge(longRunning, { restartCount: 42, health: 'starting' }, baselines)).toEqual(['waiting', 'starting']);
  expect(judge(longRunning, { restartCount: 43, health: 'starting' }, baselines)[0]).toBe('failed');
});

test('a manual start sets the count back', () => {
  const baselines = new Map<string, Baseline>();
  judge(longRunning, { restartCount: 40 }, baselines);
  judge(longRunning, { restartCount: 0, health: 'starting' }, baselines);
  expect(judge(longRunning, { restartCount: 3, health: 'starting' }, baselines)[0]).toBe('failed');
});

test('unhealthy at the first look gets one more probe; unhealthy later fails', () => {
  const baselines = new Map<string, Baseline>();
  expect(judge(longRunning, { health: 'unhealthy', failingStreak: 50 }, baselines)).toEqual(['waiting', 'unhealthy']);
  expect(judge(longRunning, { health: 'unhealthy', failingStreak: 51 }, baselines)).toEqual(['failed', 'unhealthy']);
  const recovered = new Map<string, Baseline>();
  judge(longRunning, { health: 'unhealthy', failingStreak: 50 }, recovered);
  judge(longRunning, { health: 'healthy' }, recovered);
  expect(judge(longRunning, { health: 'unhealthy', failingStreak: 3 }, recovered)).toEqual(['failed', 'unhealthy']);
});

test('no container yet; containers of `run` are none; of several the worst decides', () => {
  const expected = new Map([['back', longRunning]]);
  const states = (...found: Partial<Container>[]) =>
    judgeProject(expected, found.map(container), new Map(), NOW).map(({ status, state }) => [status, state]);
  expect(states()).toEqual([['waiting', 'no container']]);
  expect(states({ oneOff: true })).toEqual([['waiting', 'no container']]);
  expect(states({ id: 'a', health: 'healthy' }, { id: 'b', health: 'starting' })).toEqual([['waiting', 'starting']]);
  expect(states({ id: 'a', health: 'starting' }, { id: 'b', state: 'dead', exitCode: 1 })).toEqual([
    ['failed', 'exited with 1'],
  ]);
});

test('what to expect of a model', () => {
  const healthcheck = { test: ['CMD', 'true'] };
  const expected = expectedServices(
    model({
      back: { healthcheck, dependsOn: { init: 'service_completed_successfully', db: 'service_healthy' } },
      init: { restart: 'no' },
      db: { healthcheck },
      retry: { restart: 'on-failure:3' },
      worker: { restart: 'on-failure', healthcheck },
      mine: { restart: 'no' },
    }),
  );
  const kinds = Object.fromEntries(
    [...expected].map(([name, { oneShot, mayEnd }]) => [name, oneShot ? 'one-shot' : mayEnd ? 'either' : 'long']),
  );
  expect(kinds).toEqual({
    back: 'long',
    init: 'one-shot',
    db: 'long',
    retry: 'one-shot',
    worker: 'long',
    mine: 'either',
  });
});
