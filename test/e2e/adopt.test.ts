import { chmod, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { summary } from '../support/e2e/containers.ts';
import { pictureOf } from '../support/e2e/files.ts';
import { disableShipped, script, sleeper, testSubnet } from '../support/e2e/light.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { givenEmptyFolder, Project } from '../support/e2e/project.ts';
import { until } from '../support/e2e/until.ts';

test('a folder of the scripts works as it is: same containers, same values, its files untouched', async () => {
  const scripts = await givenScriptsFolder();
  const own = await pictureOf(scripts.folder);

  thenItSucceeded(await scripts.coog('configure'));
  thenItSucceeded(await scripts.coog('up', '-d'));

  expect(summary(await scripts.containers())).toEqual(['extra running', 'mine running']);
  expect((await scripts.container('mine')).environment).toMatchObject({
    PASSWORD: 'p@ss:w/ord$#%',
    LEVEL: 'DEBUG',
    FROM_OVERRIDE: 'yes',
    FROM_ENV_FILE: 'kept',
  });
  const after = await pictureOf(scripts.folder);
  for (const [path, picture] of Object.entries(own))
    if (path !== '.env' && (await stat(join(scripts.folder, path))).isFile()) expect(after[path], path).toBe(picture);
});

test('init --from leaves the old folder byte for byte, tells the fate of everything, and the copy runs', async () => {
  const scripts = await givenScriptsFolder();
  const before = await pictureOf(scripts.folder);
  const to = join(scripts.folder, '..', 'adopted');

  const adopted = await scripts.coog('init', to, '--from', scripts.folder);

  thenItSucceeded(adopted);
  expect(await pictureOf(scripts.folder)).toEqual(before);
  expect(adopted.stdout).toMatch(/^WHAT +FATE +WHY$/m);
  for (const [what, fate] of [
    ['env.custom', 'kept'],
    ['custom', 'kept'],
    ['disabled_services', 'kept'],
    ['env.base', 'dropped'],
    ['bin', 'dropped'],
    ['compose/own/extra.yml', 'kept'],
  ])
    expect(adopted.stdout).toMatch(new RegExp(`^${what} +${fate} `, 'm'));
  expect(adopted.stderr).toContain('was not touched');
  expect((await stat(join(to, 'env.custom'))).mode & 0o777).toBe(0o600);
  const project = new Project(scripts.name, to, scripts.env);
  thenItSucceeded(await project.coog('up', '-d'));
  expect(summary(await project.containers())).toEqual(['extra running', 'mine running']);
  expect((await project.container('mine')).environment).toMatchObject({
    PASSWORD: 'p@ss:w/ord$#%',
    FROM_OVERRIDE: 'yes',
  });
});

test('init --from --json: the table as one document', async () => {
  const scripts = await givenScriptsFolder();

  const { table } = jsonOf<{ table: { what: string; fate: string; why: string }[] }>(
    await scripts.coog('init', '../adopted', '--from', '.', '--json'),
  );

  expect(table.map(({ what, fate }) => `${what} ${fate}`)).toEqual(
    expect.arrayContaining(['env.custom kept', 'env.base dropped', 'bin dropped']),
  );
  for (const { why } of table) expect(why).not.toBe('');
});

test('init --from refuses: a folder that is none, a target inside, a target that is taken', async () => {
  const scripts = await givenScriptsFolder();
  const parent = join(scripts.folder, '..');
  await scripts.write({ '../empty/nothing': '', '../taken/env.custom': 'A=1\n' });
  const before = await pictureOf(parent, ['home']);
  const adopt = (from: string, to: string) => scripts.coog('init', to, '--from', from, '--json');

  theProblem(await adopt('../empty', '../new'), 2, 'ADOPT_REFUSED');
  theProblem(await adopt('../absent', '../new'), 2, 'ADOPT_REFUSED');
  theProblem(await adopt('.', './inside'), 2, 'ADOPT_REFUSED');
  theProblem(await adopt('.', '../taken'), 2, 'PROJECT_EXISTS');

  expect(await pictureOf(parent, ['home'])).toEqual(before);
});

test('a kill in the middle of adopting leaves no half project', async () => {
  const scripts = await givenScriptsFolder();
  const parent = join(scripts.folder, '..');
  const before = await pictureOf(scripts.folder);
  const to = join(parent, 'adopted');
  const adopting = scripts.start('init', to, '--from', scripts.folder);

  await until('the staging folder', async () =>
    (await readdir(parent)).some((name) => name.startsWith('.coog-adopt-') || name === 'adopted'),
  );
  adopting.kill('SIGKILL');
  await adopting.ended;

  expect(await pictureOf(scripts.folder)).toEqual(before);
  const names = await readdir(to).catch(() => undefined);
  if (names !== undefined) expect(names).toContain('env.custom');
  await rm(to, { recursive: true, force: true });
  thenItSucceeded(await scripts.coog('init', to, '--from', scripts.folder));
});

/** A checkout of the shell scripts as a deployment looks after a year: committed, then changed by its owners. */
async function givenScriptsFolder(): Promise<Project> {
  const project = await givenEmptyFolder({ compose: '2.26' });
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', '-c', 'init.defaultBranch=main', ...args], {
      cwd: project.folder,
    });
  await project.write({
    'env.base': 'export COOG_LOG_LEVEL=${COOG_LOG_LEVEL:-WARNING}\n',
    'bin/configure': '#!/bin/bash\n',
    'bin/env/utils': '#!/bin/bash\n',
    'compose/database/redis.yml': 'services: {redis: {image: "redis:alpine"}}\n',
    'defaults/redis/redis.conf': 'appendonly yes\n',
    'defaults/logging.yml': 'x-logging: {}\n',
    'README.md': 'the manual\n',
    '.gitignore': '.env\nenv.custom\ndata\n',
  });
  await git('init', '-q');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'stock');
  await disableShipped(project);
  await project.write({
    'env.custom': [
      '# our deployment',
      `export COMPOSE_PROJECT_NAME=${project.name}`,
      `FILESYSTEM_ROOT=${join(project.folder, 'data')}`,
      'IMAGE_VERSION_COOG=coog-2.13.2134',
      'JWT_ENCRYPTION=jwt  # changed by Paul',
      'COOG_GATEWAY_TOKEN=token',
      "CUSTOM_POSTGRES_PASSWORD='p@ss:w/ord$#%'",
      'CUSTOM_MONGO_PASSWORD="mongo"',
      `CUSTOM_NETWORK_BACKEND_SUBNET=${testSubnet()}`,
      `CUSTOM_NETWORK_FRONTEND_SUBNET=${testSubnet()}`,
      '',
    ].join('\n'),
    'custom/env.custom': 'COOG_LOG_LEVEL=DEBUG\n',
    'custom/override.yml': 'services: {mine: {environment: {FROM_OVERRIDE: "yes"}}}\n',
    'custom/compose/own/mine.yml': JSON.stringify({
      services: {
        mine: sleeper({
          env_file: ['env/mine.env'],
          environment: { PASSWORD: '${POSTGRES_PASSWORD}', LEVEL: '${COOG_LOG_LEVEL}' },
        }),
      },
    }),
    'compose/own/extra.yml': JSON.stringify({ services: { extra: script('sleep infinity') } }),
    'env/mine.env': 'FROM_ENV_FILE=kept\n',
    '.env': 'COMPOSE_PROJECT_NAME=made-by-the-scripts\n',
  });
  await chmod(join(project.folder, 'bin/configure'), 0o755);
  return project;
}
