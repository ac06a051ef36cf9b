import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { returning } from '../support/coog.ts';
import { contentsOf as everythingIn, folderWith } from '../support/folder.ts';
import { minimal } from '../support/planning.ts';
import { publishPlugin } from '../support/registry/plugin.ts';
import { givenUser, type User } from '../support/registry/user.ts';

const name = '@coog/plugin-shared';

beforeAll(async () => {
  const hook = returning({ apiVersion: 1, fragments: 'compose' });
  const files = { 'compose/team/thing.yml': 'services: {thing: {image: x}}\n' };
  for (const version of ['1.0.0', '1.1.0']) await publishPlugin({ name, version, hook, files });
});

const configured = async (...plugins: string[]): Promise<{ user: User; folder: string }> => {
  const user = await givenUser();
  const folder = await folderWith({ 'env.custom': minimal });
  if (plugins.length > 0) await user.run(folder, 'plugins:install', ...plugins);
  expect(await user.run(folder, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
  return { user, folder };
};

/** The project as a colleague has it. */
async function cloned(folder: string): Promise<string> {
  const copy = await folderWith({});
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** What configure makes and reads; not what coog keeps of who changed what. */
async function contentsOf(folder: string): Promise<Record<string, string>> {
  const all = Object.entries(await everythingIn(folder));
  return Object.fromEntries(all.filter(([path]) => !path.startsWith('.coog')));
}

const lockIn = async (folder: string) =>
  JSON.parse(await readFile(join(folder, 'coog.lock'), 'utf8')) as {
    plugins: Record<string, string>;
    disabled?: string[];
  };
const services = async (folder: string) => readFile(join(folder, 'coog.generated.yml'), 'utf8');

describe('a colleague who clones a project', () => {
  test('is told the plugin, its version and the command, which makes the very same files', async () => {
    const { folder } = await configured('shared@1.0.0');
    const clone = await cloned(folder);
    const before = await contentsOf(clone);
    const colleague = await givenUser();
    const refused = await colleague.run(clone, 'configure', '--json');
    expect(refused.exitCode).toBe(2);
    const { problems } = JSON.parse(refused.stdout) as { problems: { code: string; next: string }[] };
    expect(problems).toMatchObject([{ code: 'PLUGIN_VANISHED' }]);
    const [, command = ''] = /^coog (plugins:install \S+?),/.exec(problems[0]?.next ?? '') ?? [];
    expect(command).toBe(`plugins:install ${name}@1.0.0`);
    expect((await colleague.run(clone, ...command.split(' '))).exitCode).toBe(0);
    expect(await colleague.run(clone, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await contentsOf(clone)).toEqual(before);
  });

  test('sees in the list what is missing', async () => {
    const { folder } = await configured('shared@1.0.0');
    const colleague = await givenUser();
    const { exitCode, stdout } = await colleague.run(folder, 'plugins');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${name} is missing: coog plugins:install ${name}@1.0.0`);
  });

  test('with an older version is told which one the project had', async () => {
    const { folder } = await configured('shared@1.1.0');
    const colleague = await givenUser();
    await colleague.run(folder, 'plugins:install', 'shared@1.0.0');
    const { exitCode, stderr } = await colleague.run(folder, 'configure', '--check');
    expect(exitCode).toBe(3);
    expect(stderr.replace(/\s+/g, ' ')).toContain(`this project was configured with ${name} 1.1.0, here is 1.0.0`);
    expect(stderr).toContain(`coog plugins:install ${name}@1.1.0`);
  });
});

describe('a plugin that a project does without', () => {
  test('leaves its services out for everybody, and is brought back', async () => {
    const { user, folder } = await configured('shared@1.1.0');
    const all = await contentsOf(folder);
    expect(await user.run(folder, 'plugins:disable', 'shared')).toMatchObject({
      exitCode: 0,
      stdout: `${name} takes no part any more\n`,
    });
    expect(await user.run(folder, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await services(folder)).not.toContain('thing');
    expect(await lockIn(folder)).toMatchObject({ plugins: {}, disabled: [name] });

    const clone = await cloned(folder);
    const colleague = await givenUser();
    expect(await colleague.run(clone, 'configure', '--check')).toMatchObject({ exitCode: 0, stderr: '' });
    await colleague.run(clone, 'plugins:install', 'shared');
    expect(await colleague.run(clone, 'configure', '--check')).toMatchObject({ exitCode: 0, stderr: '' });
    const { stdout } = await colleague.run(clone, 'plugins');
    expect(stdout).toContain(`${name} is disabled: coog plugins:enable ${name}`);

    expect((await user.run(folder, 'plugins:enable', 'shared')).exitCode).toBe(0);
    expect(await lockIn(folder)).toMatchObject({ plugins: { [name]: '1.1.0' } });
    expect(await user.run(folder, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await contentsOf(folder)).toEqual(all);
  });

  test('may be one that is not installed here', async () => {
    const { folder } = await configured('shared@1.0.0');
    const colleague = await givenUser();
    expect((await colleague.run(folder, 'plugins:disable', 'shared')).exitCode).toBe(0);
    expect(await colleague.run(folder, 'configure')).toMatchObject({ exitCode: 0, stderr: '' });
    const refused = await colleague.run(folder, 'plugins:enable', 'shared');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain(`coog plugins:install`);
  });

  test('that nobody knows is refused, and nothing is written', async () => {
    const { user, folder } = await configured();
    const before = await contentsOf(folder);
    for (const word of ['enable', 'disable']) {
      const refused = await user.run(folder, `plugins:${word}`, 'nonsense');
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain('(PLUGIN_NOT_INSTALLED)');
    }
    expect(await contentsOf(folder)).toEqual(before);
  });
});

test('coog plugins says what each adds, and which take part', async () => {
  const { user, folder } = await configured('b2c', 'demo', 'shared');
  const { stdout } = await user.run(folder, 'plugins', '--json');
  const listed = JSON.parse(stdout) as { name: string; part: string; why: string; adds: string[]; source: string }[];
  expect(listed).toMatchObject([
    { name: '@coog/plugin-b2c', part: 'yes', source: 'registry (latest)' },
    { name: '@coog/plugin-demo', part: 'off', why: 'coog config:set ENABLE_DEMO=true' },
    { name, part: 'yes', adds: ['1 fragment'] },
  ]);
  expect(listed[0]?.adds).toContainEqual(expect.stringMatching(/^\d+ fragments$/));
  expect(listed[0]?.adds).toContainEqual(expect.stringMatching(/^\d+ variables$/));
});
