import { describe, expect, onTestFinished, test } from 'vitest';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { until } from '../support/e2e/until.ts';
import { givenUwsgi, sendRequest } from '../support/e2e/uwsgi.ts';

interface Stats {
  readonly containers: readonly {
    readonly container: string;
    readonly stats: {
      readonly workers: readonly { readonly pid: number; readonly cores: readonly { in_request: number }[] }[];
    };
  }[];
}
interface Tracebacks {
  readonly processes: readonly { readonly worker: number; readonly pid?: number; readonly answers: boolean }[];
  readonly groups: readonly {
    readonly frames: readonly { readonly function: string; readonly source: string }[];
    readonly threads: readonly { readonly worker: number; readonly core?: number; readonly name: string }[];
  }[];
  readonly requests: readonly { readonly path: string; readonly worker: number }[];
}

const both = ['COOG_UWSGI_STATS=1', 'COOG_UWSGI_TRACEBACKER=1'];

const busy = async (project: Project): Promise<number> => {
  const { containers } = jsonOf<Stats>(await project.coog('uwsgi:stats', '--json'));
  return containers.flatMap(({ stats }) => stats.workers.flatMap((w) => w.cores.filter((c) => c.in_request > 0)))
    .length;
};

/** The tracebacks when both processes have their socket: each makes it some time after it has begun. */
const tracebacksOfBoth = (project: Project): Promise<Tracebacks> =>
  until(
    'both processes to answer',
    async () => {
      const all = jsonOf<Tracebacks>(await project.coog('uwsgi:tracebacks', '--json'));
      if (all.processes.length !== 2) throw new Error(`there is no more than ${JSON.stringify(all)}`);
      return all;
    },
    300_000,
  );

describe('a server that is not asked to tell', () => {
  test('nothing runs: refused, with the command that starts it', async () => {
    const project = await givenUwsgi();
    thenItSucceeded(await project.coog('configure'));
    const { next } = theProblem(await project.coog('uwsgi:stats', '--json'), 2, 'UWSGI_SERVICE_NOT_RUNNING');
    expect(next).toBe('coog up -d coog');
  });

  test('it is off: both commands name the variable and what to run, and change nothing without a terminal', async () => {
    const project = await givenUwsgi();
    thenItSucceeded(await project.coog('up', '-d'));
    const before = await project.read('env.custom');
    for (const [command = '', variable] of [
      ['uwsgi:stats', 'COOG_UWSGI_STATS'],
      ['uwsgi:tracebacks', 'COOG_UWSGI_TRACEBACKER'],
    ]) {
      const { next } = theProblem(await project.coog(command, '--json'), 2, 'UWSGI_OFF');
      expect(next).toBe(`coog config:set ${variable}=1 && coog up -d coog`);
      const told = await project.coog(command);
      expect(told).toMatchObject({ exitCode: 2, stdout: '' });
      expect(told.stderr).toContain(variable);
    }
    expect(await project.read('env.custom')).toBe(before);

    // Set, and not brought to the server yet; "true" is a value that the image takes for off.
    thenItSucceeded(await project.coog('config:set', 'COOG_UWSGI_STATS=true'));
    const { title } = theProblem(await project.coog('uwsgi:stats', '--json'), 2, 'UWSGI_OFF');
    expect(title).toContain('"true"');
    thenItSucceeded(await project.coog('config:set', 'COOG_UWSGI_STATS=1'));
    const { next } = theProblem(await project.coog('uwsgi:stats', '--json'), 2, 'UWSGI_OFF');
    expect(next).toBe('coog up -d coog');
  });

  test('on a terminal it offers to set the variable: No changes nothing, Yes sets it, starts the server and shows', async () => {
    const project = await givenUwsgi();
    thenItSucceeded(await project.coog('up', '-d'));
    const before = await project.read('env.custom');

    const no = await givenTerminal(['uwsgi:stats'], project);
    await no.shows('Set COOG_UWSGI_STATS=1 in env.custom');
    await no.type('n', 'Enter');
    expect(await no.ended()).toBe(2);
    expect(await project.read('env.custom')).toBe(before);

    const yes = await givenTerminal(['uwsgi:stats'], project);
    await yes.shows('Set COOG_UWSGI_STATS=1 in env.custom');
    await yes.type('y', 'Enter');
    await yes.shows(/WORKER +PID +STATUS/);
    expect(await yes.ended()).toBe(0);
    expect(await project.read('env.custom')).toContain('COOG_UWSGI_STATS=1');
  });
});

test('stuck requests: statistics, tracebacks and samples of real processes', async () => {
  const project = await givenUwsgi({ settings: both });
  thenItSucceeded(await project.coog('up', '-d'));

  await sendRequest(project, '/stuck?token=querysecret');
  await sendRequest(project, '/stuck');
  await until('both requests to be served', async () => (await busy(project)) === 2);

  const table = await project.coog('uwsgi:stats');
  thenItSucceeded(table);
  expect(table.stdout).toContain('2 of 16 threads busy');
  expect(table.stdout).toMatch(/THREAD +FOR +FROM +REQUEST\n.*GET \/stuck\n.*GET \/stuck$/m);
  const json = await project.coog('uwsgi:stats', '--json');
  for (const secret of ['c2VjcmV0', 'querysecret']) expect(json.stdout + table.stdout).not.toContain(secret);

  const { processes, groups, requests } = await tracebacksOfBoth(project);
  expect(processes.map(({ worker, answers }) => [worker, answers])).toEqual([
    [1, true],
    [2, true],
  ]);
  expect(processes.every(({ pid }) => (pid ?? 0) > 0)).toBe(true);
  expect(requests.map(({ path }) => path)).toEqual(['/stuck', '/stuck']);
  const [stuck, ...others] = groups;
  expect(stuck?.threads).toHaveLength(2);
  expect(stuck?.frames.map((frame) => frame.function)).toEqual(
    expect.arrayContaining(['application', 'report', 'wait_for_lock']),
  );
  // The listeners of both processes, which serve nothing, are one group as well.
  expect(others.map(({ threads }) => threads.length)).toEqual([2]);
  const people = await project.coog('uwsgi:tracebacks');
  expect(people.stdout).toContain('2 threads at the same place:');
  expect(people.stdout).toMatch(/web\.py:\d+ +report: wait_for_lock\(\)/);

  const flames = await project.coog('uwsgi:tracebacks', '--sample', '5', '--interval', '20');
  thenItSucceeded(flames);
  expect(flames.stdout).toContain('5 looks, 10 times a thread at work');
  expect(flames.stdout).toMatch(/100\.0 % █{20} report {2}\S*web\.py/);
  expect(flames.stdout).not.toContain('listen ');
});

test('a process that does not let Python run is named, and the others are shown', async () => {
  const project = await givenUwsgi({ settings: both });
  thenItSucceeded(await project.coog('up', '-d'));
  await tracebacksOfBoth(project);
  await sendRequest(project, '/spin');
  await until('the request to be served', async () => (await busy(project)) === 1);

  const { processes } = jsonOf<Tracebacks>(await project.coog('uwsgi:tracebacks', '--json'));
  expect(processes.map(({ answers }) => answers).sort()).toEqual([false, true]);
  const people = await project.coog('uwsgi:tracebacks');
  thenItSucceeded(people);
  expect(people.stdout).toMatch(/worker \d \(pid \d+\): does not answer/);
  const sampled = jsonOf<{ unanswered: number; looks: number }>(
    await project.coog('uwsgi:tracebacks', '--sample', '3', '--interval', '10', '--json'),
  );
  expect(sampled).toMatchObject({ looks: 3, unanswered: 3 });
});

test('--watch shows them anew until Ctrl-C, which is no failure', async () => {
  const project = await givenUwsgi({ settings: both });
  thenItSucceeded(await project.coog('up', '-d'));
  const terminal = await givenTerminal(['uwsgi:stats', '--watch', '--interval', '1'], project);
  await terminal.shows(/PER S/);
  await terminal.type('C-c');
  expect(await terminal.ended()).toBe(0);

  const piped = project.start('uwsgi:stats', '--watch', '--interval', '1');
  onTestFinished(() => piped.kill('SIGKILL'));
  await until('a second look', () => (piped.output().match(/WORKER/g) ?? []).length > 1);
  piped.kill('SIGINT');
  expect((await piped.ended).exitCode).toBe(0);
});
