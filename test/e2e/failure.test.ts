import { describe, expect, test } from 'vitest';
import { ids, summary } from '../support/e2e/containers.ts';
import { givenProjectOf, oneShot, probe, script, setServices, sleeper } from '../support/e2e/light.ts';
import { COMPOSES } from '../support/e2e/machine.ts';
import { thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';

const thirtyLines = 'for i in $(seq 30); do echo "line $i"; done';
const never = probe('false');
const unhealthy = probe('echo no answer; exit 1', { retries: 2, start_period: '0s' });

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('a service turns unhealthy: up fails and says which, its last lines and what to do', async () => {
    const project = await givenProjectOf({ back: script(`${thirtyLines}; sleep infinity`, unhealthy) }, { compose });

    const up = await project.coog('up', '-d');

    expect(up.exitCode).toBe(1);
    expect(up.stdout).toBe('');
    expect(up.stderr).toContain('✗ service back failed: unhealthy');
    expect(up.stderr).toContain('its health check said: no answer');
    expect(loggedLines(up.stderr)).toEqual(numbered(11, 30));
    expect(up.stderr).toContain('→ coog logs back');
    expect(summary(await project.containers()), 'left as it is, to be looked at').toEqual(['back running unhealthy']);
  });

  test('a one-shot that others wait for crashes: up names it, and not who waits', async () => {
    const project = await givenProjectOf(
      {
        init: oneShot(`${thirtyLines}; echo "no such table"; exit 3`),
        back: sleeper({ depends_on: { init: { condition: 'service_completed_successfully' } } }),
      },
      { compose },
    );

    const problem = theProblem(await project.coog('up', '-d', '--json'), 1, 'SERVICE_FAILED');

    expect(problem.title).toBe('service init failed: exited with 3');
    expect(loggedLines(problem.detail)).toEqual(expect.arrayContaining(['line 30', 'no such table']));
    expect(loggedLines(problem.detail)).toHaveLength(20);
    expect(problem.next).toBe('coog logs init');
  });
});

test('the deadline holds for starting and waiting together: who is late is told, who is ready is not', async () => {
  const project = await givenProjectOf({
    quick: sleeper(probe('true')),
    slow: script('echo still loading; sleep infinity', never),
    waits: sleeper({ depends_on: { slow: { condition: 'service_healthy' } } }),
  });

  const up = await project.coog('up', '-d', '--timeout', '4', '--json');

  const late = thenItTold(up, 1, ['SERVICE_NOT_READY', 'SERVICE_NOT_READY']);
  expect(late.map(({ title }) => title).sort()).toEqual([
    'service slow was not ready in time',
    'service waits was not ready in time',
  ]);
  expect(late.find(({ title }) => title.includes('slow'))?.detail).toMatch(/state starting.*\n.*\n {2}still loading/);
});

test('the deadline comes when Compose is done already', async () => {
  const project = await givenProjectOf({ slow: script('echo still loading; sleep infinity', never) });

  const up = await project.coog('up', '-d', '--timeout', '4');

  expect(up.exitCode).toBe(1);
  expect(up.stderr.indexOf('Waiting for slow')).toBeGreaterThan(-1);
  expect(up.stderr.indexOf('Waiting for slow')).toBeLessThan(up.stderr.indexOf('✗ service slow was not ready in time'));
  expect(up.stderr).toContain('still loading');
  expect(up.stderr).toContain('→ coog logs slow');
});

test('several services fail: all are told', async () => {
  const crash = (text: string) => script(`echo ${text}; exit 4`);
  const project = await givenProjectOf({ one: crash('first'), two: crash('second'), fine: sleeper() });

  const failed = thenItTold(await project.coog('up', '-d', '--json'), 1, ['SERVICE_FAILED', 'SERVICE_FAILED']);

  expect(failed.map(({ next }) => next).sort()).toEqual(['coog logs one', 'coog logs two']);
  expect(failed[0]?.title).toMatch(/^service one failed: restarted \d+ times, exited with 4$/);
});

test('a program that does not exist', async () => {
  const project = await givenProjectOf({ back: sleeper({ init: false, command: ['/no/such/program'] }) });

  const problem = theProblem(await project.coog('up', '-d', '--json'), 1, 'SERVICE_FAILED');

  expect(problem.title).toBe('service back failed: could not be started');
  expect(problem.detail).toContain('/no/such/program');
});

test('after the repair the next up brings it to life, and leaves the others alone', async () => {
  const project = await givenProjectOf({ fine: sleeper(), back: script('exit 5') });
  expect((await project.coog('up', '-d')).exitCode).toBe(1);
  const before = ids(await project.containers());

  await setServices(project, { back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));

  expect(summary(await project.containers())).toEqual(['back running', 'fine running']);
  expect(ids(await project.containers()).fine).toBe(before.fine);
});

test('--no-wait does not wait', async () => {
  const project = await givenProjectOf({ slow: sleeper(never) });

  const up = await project.coog('up', '-d', '--no-wait');

  thenItSucceeded(up);
  expect(up.stdout).toContain(`${project.name} is starting (1 services)`);
  expect(summary(await project.containers())).toEqual(['slow running starting']);
});

/** The log lines that a problem shows: they are indented below their title. */
function loggedLines(text = ''): string[] {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => /Its last \d+ log lines:/.test(line));
  const indent = `${/^ */.exec(lines[at] ?? '')?.[0]}  `;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => !line.startsWith(indent));
  return (end < 0 ? rest : rest.slice(0, end)).map((line) => line.trim());
}

const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
