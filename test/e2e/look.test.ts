import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ids, summary } from '../support/e2e/containers.ts';
import { during, runCoog } from '../support/e2e/coog.ts';
import { givenProjectOf, oneShot, probe, script, setServices, sleeper } from '../support/e2e/light.ts';
import { COMPOSES } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { until } from '../support/e2e/until.ts';

interface Status {
  readonly project: string;
  readonly services: readonly Readonly<Record<string, unknown>>[];
}

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('status, logs, exec and restart of a running project', async () => {
    const project = await givenProjectOf(
      { back: script('echo hello from back; sleep infinity', probe('true')), init: oneShot('echo made it') },
      { compose },
    );
    thenItSucceeded(await project.coog('up', '-d'));

    const status = await project.coog('status');
    thenItSucceeded(status);
    expect(status.stdout).toMatch(/^SERVICE +STATE +HEALTH +SINCE +MEMORY +URL +IMAGE$/m);
    expect(status.stdout).toMatch(/^back +running +healthy +\d+[smh] +[\d.]+ [kM]B +debian:trixie-slim$/m);
    expect(status.stdout).toMatch(/^init +exited \(0\) +\d+[smh] +debian:trixie-slim$/m);

    const logs = await project.coog('logs', 'back', '--tail', '5');
    thenItSucceeded(logs);
    expect(logs.stdout).toContain('hello from back');
    expect(logs.stdout).not.toContain('made it');

    const since = await project.coog('logs', '--since', '1h', '--grep', 'HELLO|made', '-i');
    thenItSucceeded(since);
    expect(
      since.stdout
        .split('\n')
        .map((line) => line.replace(/^(\w+)\S* +\| /, '$1: '))
        .filter((line) => line !== '')
        .sort(),
    ).toEqual(['back: hello from back', 'init: made it']);
    expect(await project.coog('logs', '--grep', '^nothing$')).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: 'no line fits\n',
    });

    expect((await project.coog('exec', 'back', 'sh', '-c', 'echo out; echo err >&2; exit 7')).exitCode).toBe(7);
    const piped = await runCoog(['exec', 'back', 'tr', 'a-z', 'A-Z'], { ...project, input: 'through a pipe\n' });
    expect(piped).toMatchObject({ exitCode: 0, stdout: 'THROUGH A PIPE\n' });
    expect((await project.coog('exec', '-u', '1003', 'back', 'id', '-u')).stdout).toBe('1003\n');

    const before = await project.container('back');
    thenItSucceeded(await project.coog('restart', 'back'));
    const after = await project.container('back');
    expect(after.id).toBe(before.id);
    expect(after.pid).not.toBe(before.pid);
  });
});

test('status tells what is absent, stopped or left over, as one JSON document', async () => {
  const project = await givenProjectOf({ back: sleeper(), gone: sleeper(), crashed: oneShot('exit 3') });
  await project.coog('up', '-d');
  await setServices(project, { late: sleeper() });
  await project.write({ 'custom/compose/test/gone.yml': 'services: {}\n' });

  const status = await project.coog('status', '--json');

  expect(status.exitCode).toBe(0);
  const { services, project: name } = jsonOf<Status>(status);
  expect(name).toBe(project.name);
  expect(services.map(({ service, state, exitCode }) => [service, state, exitCode])).toEqual([
    ['back', 'running', undefined],
    ['crashed', 'exited', 3],
    ['gone', 'leftover', undefined],
    ['late', 'absent', undefined],
  ]);
});

test('status of a project that never ran: everything is absent, and nothing is written', async () => {
  const project = await givenProjectOf({ back: sleeper() });

  const { services } = jsonOf<Status>(await project.coog('status', '--json'));

  expect(services).toMatchObject([{ service: 'back', state: 'absent' }]);
  await expect(project.read('.env')).rejects.toThrow('ENOENT');
});

test('logs -f goes on until Ctrl-C, which is no failure', async () => {
  const project = await givenProjectOf({ back: script('echo first; sleep infinity') });
  thenItSucceeded(await project.coog('up', '-d'));
  const terminal = await givenTerminal(['logs', '-f', 'back'], project);
  await terminal.shows('first');

  await project.coog('exec', 'back', 'sh', '-c', 'echo second > /proc/1/fd/1');
  await terminal.shows('second');
  await terminal.type('C-c');

  expect(await terminal.ended()).toBe(0);
  expect(summary(await project.containers())).toEqual(['back running']);
});

test('exec gives a terminal where there is one', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  const terminal = await givenTerminal(['exec', 'back', 'bash', '--norc'], project);
  await terminal.shows(/# $|\$ $/m);

  await terminal.type('test -t 0 && test -t 1 && echo "is a termi""nal"; exit 5', 'Enter');

  await terminal.shows('is a terminal');
  expect(await terminal.ended()).toBe(5);
});

test("exec hands the command's own flags on, those that coog has too", async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  const show = ['sh', '-c', 'echo "$@"', 'sh'];

  const flags = await project.coog('exec', '-T', 'back', ...show, '-C', '/', '--json', '--', '--project', 'x');
  const help = await project.coog('exec', 'back', 'ls', '--help');

  expect(flags).toMatchObject({ exitCode: 0, stdout: '-C / --json -- --project x\n' });
  expect(help.stdout).toContain('Usage: ls');
});

test('a service that does not run or exist: exec and restart fail', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('configure'));

  for (const command of [
    ['exec', 'back', 'true'],
    ['exec', 'nosuch', 'true'],
    ['restart', 'nosuch'],
  ]) {
    const ended = await project.coog(...command);
    expect(ended.exitCode, command.join(' ')).toBeGreaterThan(0);
    expect(ended.stderr).not.toBe('');
  }
});

test('commands that look, of a project that was never configured', async () => {
  const project = await givenProjectOf({ back: sleeper() });

  expect(theProblem(await project.coog('restart', '--json'), 2, 'NOT_CONFIGURED').next).toBe('coog up -d');
  for (const command of [['logs'], ['exec', 'back', 'true']]) {
    const { exitCode, stderr } = await project.coog(...command);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('(NOT_CONFIGURED)');
  }
});

test('logs of a service that nobody knows, while nothing runs', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('configure'));

  const { exitCode, stderr } = await project.coog('logs', 'nosuch');

  expect(stderr).toContain('this project has no service "nosuch"');
  expect(exitCode).toBe(2);
  thenItSucceeded(await project.coog('logs', 'back'));
});

test('exec without a command is wrong usage', async () => {
  const project = await givenProjectOf({ back: sleeper() });

  const { exitCode, stderr } = await project.coog('exec', 'back');

  expect(exitCode).toBe(2);
  expect(stderr).toContain('→ coog exec --help');
});

test('every command that answers has one JSON document on standard output, and the story elsewhere', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  const answers: Record<string, object> = {};
  for (const command of ['configure', 'up', 'status', 'restart', 'down'])
    answers[command] = jsonOf<object>(await project.coog(command, '--json'));

  expect(answers).toMatchObject({
    configure: { project: project.name, services: [] },
    up: { project: project.name, services: ['back'], waited: true },
    status: { project: project.name },
    restart: { restarted: [] },
    down: { project: project.name, removed: [expect.stringContaining('back')] },
  });
});

test('pull says which image cannot be had, and touches no container', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  await setServices(project, { new: sleeper({ image: '127.0.0.1:1/coogtest/absent:1' }) });
  const before = ids(await project.containers());

  const pull = await project.coog('pull', 'new');

  expect(pull.exitCode).toBe(1);
  expect(pull.stderr).toContain('127.0.0.1:1');
  expect(pull.stderr).toContain('(COMPOSE_FAILED)');
  expect(ids(await project.containers())).toEqual(before);
});

test('a command works from a folder inside the project, and from outside with --project', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  const below = { env: project.env, folder: join(project.folder, 'custom/compose') };
  const outside = { env: project.env, folder: '/' };

  thenItSucceeded(await runCoog(['up', '-d'], below));
  const { services } = jsonOf<Status>(await runCoog(['status', '--json', '-C', project.folder], outside));

  expect(services).toMatchObject([{ service: 'back', state: 'running' }]);
  expect(theProblem(await runCoog(['status', '--json'], outside), 2, 'NO_PROJECT').next).toContain('coog init');
});

test('up of one service starts what it needs, and nothing else', async () => {
  const project = await givenProjectOf({
    base: sleeper(probe('true')),
    back: sleeper({ depends_on: { base: { condition: 'service_healthy' } } }),
    other: sleeper(),
  });

  const up = project.start('up', '-d', 'back');
  await during(
    up,
    until('the start', () => up.output().includes('Start')),
  );
  thenItSucceeded(await up.ended);

  expect(summary(await project.containers())).toEqual(['back running', 'base running healthy']);
});

test('what stands behind --grep must be a regular expression, and a service one of the project', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('configure'));
  const wrong = await project.coog('logs', '--grep', 'a(');
  expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('(PATTERN_INVALID)')]);
  const unknown = await project.coog('logs', 'bakc', '--grep', 'a');
  expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('(SERVICE_UNKNOWN)')]);
});

test('logs -f --grep shows what comes and fits, marked on a terminal, until Ctrl-C', async () => {
  const project = await givenProjectOf({ back: script('while sleep 0.2; do echo "tick of clock"; echo other; done') });
  thenItSucceeded(await project.coog('up', '-d'));
  const terminal = await givenTerminal(['logs', '-f', 'back', '--grep', 'tick'], project);
  await terminal.shows('tick of clock');
  expect(await terminal.screen()).not.toContain('other');
  await terminal.type('C-c');
  expect(await terminal.ended()).toBe(0);
});

test('status --watch looks again until Ctrl-C', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  const terminal = await givenTerminal(['status', '--watch'], project);
  await terminal.shows('running');
  thenItSucceeded(await project.coog('down'));
  await terminal.shows('absent');
  await terminal.type('C-c');
  expect(await terminal.ended()).toBe(0);
});

describe.each(COMPOSES)('logs:purge with Compose %s', (compose) => {
  test('empties logs, and `docker logs` reads them all the same; others are left alone', async () => {
    const chatty = script('echo first words; sleep infinity', probe('true', { interval: '300ms' }));
    const project = await givenProjectOf({ back: chatty, other: chatty }, { compose });
    thenItSucceeded(await project.coog('up', '-d'));
    const before = await project.container('other');
    thenItSucceeded(await project.coog('exec', 'back', 'sh', '-c', 'echo words of yesterday > /proc/1/fd/1'));
    const logs = async () => (await project.coog('logs', 'back')).stdout;
    await until('the words to be logged', async () => (await logs()).includes('words of yesterday'));

    const refused = await project.coog('logs:purge', 'back', '--json');
    theProblem(refused, 2, 'CONFIRMATION_NEEDED');
    thenItSucceeded(await project.coog('logs:purge', 'back', '--yes'));

    await until('the new log', async () => (await logs()).includes('first words'));
    expect(await logs()).not.toContain('words of yesterday');
    expect((await project.container('other')).id).toBe(before.id);
    expect((await project.container('back')).state).toBe('running');
  });

  test('is refused where it would change what runs', async () => {
    const project = await givenProjectOf({ back: sleeper() }, { compose });
    thenItSucceeded(await project.coog('up', '-d'));
    const before = await project.container('back');
    await setServices(project, { back: sleeper({ environment: { NEW: '1' } }) });
    thenItSucceeded(await project.coog('configure'));
    theProblem(await project.coog('logs:purge', '--yes', '--json'), 2, 'PURGE_WOULD_CHANGE');
    expect((await project.container('back')).id).toBe(before.id);
  });
});
