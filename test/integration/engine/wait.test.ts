import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  composeModel,
  type Engine,
  expectedServices,
  listContainers,
  requireCompose,
  runCompose,
  type ServiceProgress,
  waitForProject,
} from '../../../src/engine/index.ts';
import { COMPOSES, createProject, engineWith, IMAGE, type TestProject, testSubnet } from './setup.ts';

let project: TestProject;
let engine: Engine;
beforeEach(async () => {
  project = await createProject();
  engine = await engineWith('2.26', project.folder);
});
afterEach(() => project.remove());

const stack = (services: string) =>
  `services:\n${services}\nnetworks: {default: {ipam: {config: [{subnet: ${testSubnet()}}]}}}\n`;
const sleeper = (more: string) => `{image: "${IMAGE}", init: true, command: [sleep, "600"], ${more}}`;
const shell = (script: string, more: string) =>
  `{image: "${IMAGE}", command: [sh, -c, ${JSON.stringify(script)}], ${more}}`;

async function up(services: string): Promise<ReturnType<typeof expectedServices>> {
  await project.write(stack(services));
  await runCompose(engine, project.folder, ['up', '-d'], { stdio: 'pipe' });
  return expectedServices(await composeModel(engine, project.folder));
}

const wait = (expected: ReturnType<typeof expectedServices>, deadline: AbortSignal | number = 60_000) =>
  waitForProject({ engine, project: project.name, expected, deadline });

describe.each(COMPOSES)('Compose %s', (name) => {
  test('resolves when the services are healthy and the one-shot is done, told step by step', async () => {
    engine = await engineWith(name, project.folder);
    const expected = await up(`
  back: ${sleeper('healthcheck: {test: [CMD, test, -e, /tmp/ready], interval: 1s, retries: 100}, restart: always')}
  plain: ${sleeper('restart: always, ports: ["127.0.0.1::80"]')}
  init: ${shell('sleep 2', 'restart: on-failure')}
`);
    const told: string[] = [];
    const onChange = (rows: readonly ServiceProgress[]) => told.push(rows.map(({ state }) => state).join(' '));
    const waiting = waitForProject({ engine, project: project.name, expected, deadline: 60_000, onChange });
    await requireCompose(engine, project.folder, ['exec', '-T', 'back', 'touch', '/tmp/ready']);
    const ready = await waiting;
    expect(ready.map(({ service, status, state }) => [service, status, state])).toEqual([
      ['back', 'ready', 'healthy'],
      ['init', 'ready', 'completed'],
      ['plain', 'ready', 'running'],
    ]);
    expect(told.length).toBeGreaterThan(1);
    const rows = await listContainers(engine, project.name);
    expect(rows.map(({ service, state, health, oneOff }) => [service, state, health, oneOff])).toEqual([
      ['back', 'running', 'healthy', false],
      ['init', 'exited', undefined, false],
      ['plain', 'running', undefined, false],
    ]);
    expect(rows[2]?.ports).toEqual([
      { hostIp: '127.0.0.1', published: expect.any(Number), target: 80, protocol: 'tcp' },
    ]);
    expect(rows[1]).toMatchObject({ exitCode: 0, restart: 'on-failure', image: IMAGE, project: project.name });
  });

  test('containers of `run` are told apart', async () => {
    engine = await engineWith(name, project.folder);
    await project.write(stack(`  back: ${sleeper('restart: always')}`));
    await requireCompose(engine, project.folder, ['run', '-d', 'back', 'sleep', '60']);
    expect(await listContainers(engine, project.name)).toMatchObject([{ service: 'back', oneOff: true }]);
  });

  test('a one-shot that others wait for fails: told with its last lines although `up` failed too', async () => {
    engine = await engineWith(name, project.folder);
    const script = 'for i in $$(seq 30); do echo line $$i; done; sleep 0.5; printf "%0300d\\n" 7 >&2; exit 3';
    const expected = await up(`
  back: ${sleeper('restart: always, depends_on: {init: {condition: service_completed_successfully}}')}
  init: ${shell(script, 'restart: "no"')}
`);
    const error = await wait(expected).catch((reason) => reason);
    expect(error).toMatchObject({ exitCode: 1, problems: [{ code: 'SERVICE_FAILED', next: 'coog logs init' }] });
    const { detail } = error.problems[0];
    expect(detail).toContain('service init, state exited with 3');
    expect(detail).toContain('line 30\n  000');
    expect(detail).toContain('0'.repeat(299));
    expect(detail).not.toContain('line 5\n');
    expect(detail.split('\n').filter((line: string) => line.startsWith('  '))).toHaveLength(20);
  });
});

test('unhealthy: fails at once, with what the health check said', async () => {
  const expected = await up(`
  back: ${sleeper('restart: always, healthcheck: {test: [CMD-SHELL, "echo no answer; exit 1"], interval: 1s, retries: 2, start_period: 2s}')}
`);
  const started = Date.now();
  const error = await wait(expected).catch((reason) => reason);
  expect(error).toMatchObject({ problems: [{ code: 'SERVICE_FAILED', detail: expect.stringContaining('no answer') }] });
  expect(error.problems[0].detail).toContain('It has logged nothing.');
  expect(Date.now() - started).toBeLessThan(20_000);
});

test('a service that keeps restarting, without a health check too', async () => {
  const expected = await up(`
  back: ${shell('echo cannot connect >&2; exit 4', 'restart: always')}
`);
  await expect(wait(expected)).rejects.toMatchObject({
    problems: [
      {
        title: expect.stringMatching(/restarted \d+ times, exited with 4/),
        detail: expect.stringContaining('cannot connect'),
      },
    ],
  });
});

test('a service that cannot be started', async () => {
  const expected = await up(`  back: {image: "${IMAGE}", command: [/no/such/program], restart: always}`);
  await expect(wait(expected)).rejects.toMatchObject({
    problems: [{ code: 'SERVICE_FAILED', detail: expect.stringContaining('/no/such/program') }],
  });
});

test('one deadline for all: each service that is late is told', async () => {
  const expected = await up(`
  back: ${sleeper('restart: always, healthcheck: {test: [CMD, "false"], interval: 1s, start_period: 300s}')}
  init: ${shell('echo working; sleep 600', 'init: true, restart: on-failure')}
  fine: ${sleeper('restart: always')}
`);
  const started = Date.now();
  const error = await wait(new Map([...expected, ['ghost', { oneShot: false, hasHealthcheck: false }]]), 1500).catch(
    (reason) => reason,
  );
  expect(Date.now() - started).toBeLessThan(6000);
  expect(error.exitCode).toBe(1);
  const told = error.problems.map(({ code, title, next }: Record<string, string>) => [code, title, next]);
  expect(told).toEqual([
    ['SERVICE_NOT_READY', 'service back was not ready in time', 'coog logs back'],
    ['SERVICE_NOT_READY', 'service init was not ready in time', 'coog logs init'],
    ['SERVICE_NOT_READY', 'service ghost was not ready in time', 'coog status'],
  ]);
  expect(error.problems[1].detail).toContain('working');
});

test('an interrupt ends the waiting and leaves the services', async () => {
  const expected = await up(`
  back: ${sleeper('restart: always, healthcheck: {test: [CMD, "false"], interval: 1s, start_period: 300s}')}
`);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 500);
  await expect(wait(expected, controller.signal)).rejects.toMatchObject({
    problems: [{ code: 'WAIT_INTERRUPTED', detail: expect.stringContaining('back (starting)') }],
  });
  expect(await listContainers(engine, project.name)).toMatchObject([{ state: 'running' }]);
});

test('an event wakes us long before the safety look', async () => {
  const expected = await up(`  init: ${shell('sleep 1.5', 'restart: on-failure')}`);
  const started = Date.now();
  await wait(expected);
  expect(Date.now() - started).toBeLessThan(4000);
});
