import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pictureOf } from '../support/e2e/files.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { givenEmptyFolder } from '../support/e2e/project.ts';
import { givenTerminal } from '../support/e2e/terminal.ts';

test('init --yes makes a project that only its owner can read, with secrets of its own', async () => {
  const [one, two] = [await givenEmptyFolder(), await givenEmptyFolder()];

  for (const project of [one, two]) thenItSucceeded(await project.coog('init', '.', '--yes', '--coog-version', '1.2'));

  expect((await stat(join(one.folder, 'env.custom'))).mode & 0o777).toBe(0o600);
  expect(await one.value('IMAGE_VERSION_COOG')).toBe('1.2');
  for (const name of ['POSTGRES_PASSWORD', 'RABBITMQ_PASSWORD', 'COOG_PASSPHRASE', 'JWT_ENCRYPTION']) {
    const [first, second] = [await one.value(name), await two.value(name)];
    expect(first, name).toMatch(/^[\w-]{43}$/);
    expect(second, name).not.toBe(first);
  }
  thenItSucceeded(await one.coog('configure'));
  expect((await stat(join(one.folder, '.env'))).mode & 0o777).toBe(0o600);
});

test('init --json: one document that holds no secret', async () => {
  const project = await givenEmptyFolder();

  const init = await project.coog('init', '.', '--yes', '--demo', '--json');

  const document = jsonOf<Record<string, unknown>>(init);
  expect(document).toMatchObject({
    project: project.name,
    folder: project.folder,
    written: expect.arrayContaining(['env.custom']),
  });
  const secrets = [
    ...(await project.read('env.custom')).matchAll(/^\w+(?:PASSWORD|TOKEN|PASSPHRASE|ENCRYPTION)=(.+)$/gm),
  ];
  expect(secrets.length).toBeGreaterThan(5);
  for (const [, secret = ''] of secrets) expect(init.stdout + init.stderr).not.toContain(secret);
});

test.each([
  ['env.custom', { 'env.custom': 'COMPOSE_PROJECT_NAME=mine\n' }],
  ['a custom folder', { 'custom/env.custom': 'COMPOSE_PROJECT_NAME=mine\n' }],
  ['an .env', { '.env': 'A=1\n' }],
  ['the files of the scripts', { 'env.base': 'A=1\n' }],
])('init never overwrites: there is %s', async (_, files) => {
  const project = await givenEmptyFolder();
  await project.write(files);
  const before = await pictureOf(project.folder);

  theProblem(await project.coog('init', '.', '--yes', '--demo', '--json'), 2, 'PROJECT_EXISTS');

  expect(await pictureOf(project.folder)).toEqual(before);
});

test('init without a terminal and without --yes refuses, and writes nothing', async () => {
  const project = await givenEmptyFolder();

  const problem = theProblem(await project.coog('init', 'new', '--json'), 2, 'NO_TERMINAL');

  expect(problem.next).toContain('--yes');
  expect(await readdir(project.folder)).toEqual([]);
});

test('init asks the few things that matter', async () => {
  const project = await givenEmptyFolder();
  const terminal = await givenTerminal(['init', '.'], project);

  await answer(/Name of the project/, 'coogtest-asked');
  await answer(/Folder for the data/);
  await answer(/Host name/, 'coog.example.org');
  await answer(/Images/);
  await answer(/Version of Coog/, '24.1');
  await answer(/Registry/);

  expect(await terminal.ended()).toBe(0);
  expect(await project.read('env.custom')).toMatch(/^COMPOSE_PROJECT_NAME=coogtest-asked$/m);
  expect(await project.value('PROJECT_HOSTNAME')).toBe('coog.example.org');
  expect(await project.value('IMAGE_VERSION_COOG')).toBe('24.1');

  async function answer(question: RegExp, text?: string): Promise<void> {
    await terminal.shows(question);
    if (text !== undefined) {
      // What is offered stands in brackets and gives way to what is typed.
      await terminal.type('-l', text);
      await terminal.shows(text);
    }
    await terminal.type('Enter');
  }
});

test('Ctrl-C at a question writes nothing', async () => {
  const project = await givenEmptyFolder();
  const terminal = await givenTerminal(['init', 'new'], project);
  await terminal.shows('Name of the project');

  await terminal.type('C-c');

  // 130: it came before the question listened to keys.
  expect([1, 130]).toContain(await terminal.ended());
  expect(await readdir(project.folder)).toEqual([]);
});

test('a folder that cannot be made', async () => {
  const project = await givenEmptyFolder();
  await project.write({ taken: 'a file' });

  const problem = theProblem(
    await project.coog('init', 'taken/below', '--yes', '--demo', '--json'),
    2,
    'FOLDER_NOT_USABLE',
  );

  expect(problem.next).toBe('coog init OTHER_FOLDER');
  expect(await project.read('taken')).toBe('a file');
});

test('init works where no engine answers: the next command will tell', async () => {
  const project = (await givenEmptyFolder()).with({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' });

  thenItSucceeded(await project.coog('init', '.', '--yes', '--coog-version', '1'));

  theProblem(await project.coog('up', '-d', '--json'), 2, 'ENGINE_UNREACHABLE');
});
