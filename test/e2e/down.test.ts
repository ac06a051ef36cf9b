import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { givenProjectOf, sleeper } from '../support/e2e/light.ts';
import { COMPOSES, docker, dockerLines } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';

const keeping = sleeper({ user: '1003:1003', volumes: ['${FILESYSTEM_ROOT}/own:/data'] });

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('down removes containers and networks, keeps the data and says so', async () => {
    const project = await givenProjectOf(
      { back: { ...keeping, network_mode: undefined, networks: ['backend'] } },
      { compose },
    );
    thenItSucceeded(await project.coog('up', '-d'));
    await docker('exec', (await project.container('back')).id, 'sh', '-c', 'echo precious > /data/file');

    const down = await project.coog('down');

    thenItSucceeded(down);
    expect(down.stdout).toContain(`Data is kept in ${join(project.folder, 'data', project.name)}`);
    expect(down.stderr).toContain('→ coog up -d');
    expect(await project.containers()).toEqual([]);
    expect(await dockerLines('network', 'ls', '-q', '--filter', `name=${project.name}`)).toEqual([]);
    expect(await project.read(`data/${project.name}/own/file`)).toBe('precious\n');
    thenItSucceeded(await project.coog('up', '-d'));
    expect(await docker('exec', (await project.container('back')).id, 'cat', '/data/file')).toBe('precious');
  });
});

test('down with an argument that removes volumes is refused, nothing is stopped', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));

  for (const argument of ['-v', '--volumes', '--volumes=true', '-vt5', '--vol']) {
    const problem = theProblem(await project.coog('down', '--json', '--', argument), 2, 'DOWN_KEEPS_DATA');
    expect(problem.next, argument).toContain('docker volume rm');
  }

  expect(summary(await project.containers())).toEqual(['back running']);
});

test('a named volume outlives down', async () => {
  const project = await givenProjectOf({ back: sleeper({ volumes: ['kept:/data'] }) });
  await project.write({ 'override.yml': 'volumes: {kept: {}}\n' });
  thenItSucceeded(await project.coog('up', '-d'));

  thenItSucceeded(await project.coog('down'));

  const volume = `${project.name}_kept`;
  expect(await dockerLines('volume', 'ls', '-q', '--filter', `name=${volume}`)).toEqual([volume]);
  await docker('volume', 'rm', volume);
});

test('down needs no whole configuration: env.custom is broken, a fragment is gone', async () => {
  const project = await givenProjectOf({ back: sleeper(), other: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  await project.write({ 'env.custom': 'COMPOSE_PROJECT_NAME=$(rm -rf /)\nFILESYSTEM_ROOT="unfinished\n' });

  thenItSucceeded(await project.coog('down'));

  expect(await project.containers()).toEqual([]);
});

test("a container of a service that is no longer in the project's files goes, too", async () => {
  const project = await givenProjectOf({ back: sleeper(), gone: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  await rm(join(project.folder, 'custom/compose/test/gone.yml'));
  thenItSucceeded(await project.coog('configure'));

  thenItSucceeded(await project.coog('down'));

  expect(await project.containers()).toEqual([]);
});

test('a project that was never configured', async () => {
  const project = await givenProjectOf({ back: sleeper() });

  const problem = theProblem(await project.coog('down', '--json'), 2, 'NOT_CONFIGURED');

  expect(problem.next).toBe('coog up -d');
});

test('down twice: the second has nothing to do, and says so', async () => {
  const project = await givenProjectOf({ back: sleeper() });
  thenItSucceeded(await project.coog('up', '-d'));
  expect(jsonOf<{ removed: string[] }>(await project.coog('down', '--json')).removed).toHaveLength(1);

  const again = await project.coog('down');

  thenItSucceeded(again);
  expect(again.stdout).toContain('nothing ran');
});
