import { watch } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { during } from '../support/e2e/coog.ts';
import { givenProjectOf, probe, script, sleeper } from '../support/e2e/light.ts';
import { COMPOSES, docker, dockerLines } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';
import { until } from '../support/e2e/until.ts';

const polite = 'trap "echo saying goodbye; exit 0" TERM; echo at your service; while :; do sleep 0.2; done';
const deaf = 'trap "" TERM; echo cannot hear you; while :; do sleep 0.2; done';
const neverReady = sleeper(probe('false'));
const waitsFor = (service: string) => sleeper({ depends_on: { [service]: { condition: 'service_healthy' } } });
const onBackend = { network_mode: undefined, networks: ['backend'] };

const isRunning = async (project: Project, service: string) =>
  (await project.containers()).some((c) => c.service === service && c.state === 'running');
const untilRunning = (project: Project, service: string) =>
  until(`${service} to run`, () => isRunning(project, service));
const networksOf = (project: Project) =>
  dockerLines('network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${project.name}`);

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('Ctrl-C in the foreground stops gracefully and leaves nothing running', async () => {
    const project = await givenProjectOf({ back: script(polite, { init: false }) }, { compose });
    const terminal = await givenTerminal(['up'], project);
    await terminal.shows('at your service');

    await terminal.type('C-c');

    expect(await terminal.ended()).toBe(0);
    expect(summary(await project.containers())).toEqual(['back exited 0']);
    expect(await docker('logs', (await project.container('back')).id)).toContain('saying goodbye');
  });

  test('Ctrl-C in the foreground stops what runs gracefully while Compose still starts the rest', async () => {
    const services = { back: script(polite, { init: false }), slow: neverReady, late: waitsFor('slow') };
    const project = await givenProjectOf(services, { compose });
    const terminal = await givenTerminal(['up'], project);
    await Promise.all([untilRunning(project, 'back'), untilRunning(project, 'slow')]);
    const { id } = await project.container('back');
    await until('the trap of back', async () => (await docker('logs', id)).includes('at your service'));

    await terminal.type('C-c');

    expect(await terminal.ended()).toBe(0);
    expect(summary(await project.containers())).toContain('back exited 0');
    expect((await project.containers()).filter(({ state }) => state === 'running')).toEqual([]);
  });

  test('Ctrl-C in the foreground leaves alone what ran before, and was not asked for', async () => {
    const project = await givenProjectOf({ back: script(polite, { init: false }), front: sleeper() }, { compose });
    thenItSucceeded(await project.coog('up', '-d', 'front'));
    const before = await project.container('front');
    const terminal = await givenTerminal(['up', 'back'], project);
    await terminal.shows('at your service');

    await terminal.type('C-c');

    expect(await terminal.ended()).toBe(0);
    expect(summary(await project.containers())).toEqual(['back exited 0', 'front running']);
    expect((await project.container('front')).id).toBe(before.id);
  });

  test('a first start that is interrupted is taken back whole', async () => {
    const project = await givenProjectOf(
      { slow: { ...neverReady, ...onBackend }, late: waitsFor('slow') },
      { compose },
    );
    const up = project.start('up', '-d');
    await during(up, untilRunning(project, 'slow'));

    up.kill('SIGINT');

    const { exitCode, stderr } = await up.ended;
    expect(exitCode, stderr).toBe(1);
    expect(stderr).toContain('✗ starting was interrupted; everything that was started is stopped again');
    expect(stderr).toContain('→ coog up -d');
    expect(await project.containers()).toEqual([]);
    expect(await networksOf(project)).toEqual([]);
  });

  test('coog is killed in the middle of a start: the next one succeeds', async () => {
    const ready = probe('test -e /tmp/ready');
    const project = await givenProjectOf({ slow: sleeper(ready), late: waitsFor('slow') }, { compose });
    const up = project.start('up', '-d');
    await during(up, untilRunning(project, 'slow'));

    up.kill('SIGKILL');
    expect((await up.ended).signal).toBe('SIGKILL');
    await docker('exec', (await project.container('slow')).id, 'touch', '/tmp/ready');

    thenItSucceeded(await project.coog('up', '-d'));
    expect(summary(await project.containers())).toEqual(['late running', 'slow running healthy']);
  });
});

test('Ctrl-C in a terminal takes a first start back, too', async () => {
  const project = await givenProjectOf({ slow: neverReady, late: waitsFor('slow') });
  const terminal = await givenTerminal(['up', '-d'], project);
  await untilRunning(project, 'slow');

  await terminal.type('C-c');

  expect(await terminal.ended()).toBe(1);
  await terminal.shows('everything that was started is stopped again, data is kept');
  expect(await project.containers()).toEqual([]);
});

test('an interrupt while services are waited for takes the first start back as well', async () => {
  const project = await givenProjectOf({ slow: neverReady });
  const up = project.start('up', '-d');
  await during(
    up,
    until('the waiting', () => up.output().includes('Waiting for slow')),
  );

  up.kill('SIGINT');

  const { exitCode, stderr } = await up.ended;
  expect(exitCode, stderr).toBe(1);
  expect(stderr).toContain('everything that was started is stopped again');
  expect(await project.containers()).toEqual([]);
});

test('what ran before an interrupted start runs on', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  const before = await project.container('back');
  await project.write({
    'custom/compose/test/slow.yml': JSON.stringify({ services: { slow: neverReady, late: waitsFor('slow') } }),
  });
  const up = project.start('up', '-d');
  await during(up, untilRunning(project, 'slow'));

  up.kill('SIGINT');

  const { exitCode, stderr } = await up.ended;
  expect(exitCode, stderr).toBe(1);
  expect(stderr).toContain('what was running is left as it is now');
  expect(await project.container('back')).toEqual(before);
});

test('a second Ctrl-C does not wait for a service that does not listen', async () => {
  const project = await givenProjectOf({ back: script(deaf, { init: false, stop_grace_period: '300s' }) });
  const terminal = await givenTerminal(['up'], project);
  await terminal.shows('cannot hear you');

  await terminal.type('C-c');
  await terminal.shows(/Gracefully stopping|Stopping/i);
  await terminal.type('C-c');

  await terminal.ended(30_000);
  expect((await project.containers()).filter(({ state }) => state === 'running')).toEqual([]);
});

test('coog configure is killed at any change that it makes: each file is the old one or the new one', async () => {
  const files = ['.env', 'coog.generated.yml', 'coog.lock'];
  const project = await givenProjectOf({ back: sleeper() });
  const readAll = () => Promise.all(files.map(project.read));
  const setTo = async (level: string) => {
    await project.write({
      'env.custom': (await project.read('env.custom')).replace(/\n*(COOG_LOG.*\n)*$/, `\nCOOG_LOG_LEVEL=${level}\n`),
    });
    await project.write({ 'override.yml': `services: {back: {environment: {LEVEL: ${level}}}}\n` });
  };
  const configure = async () => {
    const ended = await project.coog('configure');
    thenItSucceeded(ended);
    expect(ended.stderr, 'nothing looked edited by hand').not.toContain('is kept as');
    return readAll();
  };
  await setTo('INFO');
  const old = await configure();
  await setTo('DEBUG');
  const wanted = await configure();
  expect(wanted[0]).not.toBe(old[0]);

  let killed = 0;
  for (let change = 1; change <= 6; change += 1) {
    await setTo('INFO');
    await configure();
    await setTo('DEBUG');
    const run = project.start('configure');
    let seen = 0;
    const watcher = watch(project.folder, () => {
      seen += 1;
      if (seen === change) run.kill('SIGKILL');
    });
    const { signal } = await run.ended;
    watcher.close();
    if (signal === 'SIGKILL') killed += 1;
    for (const [index, content] of (await readAll()).entries()) expect([old[index], wanted[index]]).toContain(content);
    expect(await configure(), 'the next one ends what was begun').toEqual(wanted);
  }
  expect(killed, 'none was killed in time').toBeGreaterThan(0);
});
