import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { installedCoog } from '../../support/coog.ts';
import { contentsOf, folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';
import { npmEnvironment } from '../../support/template-plugin.ts';

test('a plugin is created, passes its own tests, is released, packed, installed and takes part', async () => {
  const work = await folderWith({});
  const coog = await installedCoog();
  const created = await coog.run(work, ['plugins:create', '@team/coog-plugin-mail']);
  expect(created).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('@team/coog-plugin-mail: made in') });
  const folder = join(work, 'coog-plugin-mail');
  expect(created.stderr).toContain(`cd ${folder} && npm test`);

  const name = ['GIT_AUTHOR_NAME', 'GIT_COMMITTER_NAME'].map((key) => [key, 'Team']);
  const mail = ['GIT_AUTHOR_EMAIL', 'GIT_COMMITTER_EMAIL'].map((key) => [key, 'team@example.org']);
  const env = { ...npmEnvironment, HOME: work, ...Object.fromEntries([...name, ...mail]) };
  const inside = (command: string, ...args: string[]) => execa(command, args, { cwd: folder, env, extendEnv: false });
  // The habit of its README: version, which tests, renews the manifest, commits and tags.
  await inside('git', 'init', '--quiet');
  await inside('git', 'add', '--all');
  await inside('git', 'commit', '--quiet', '--message', 'Begin');
  const { stdout } = await inside('npm', 'version', 'minor');
  expect(stdout).toMatch(/pass 2\d\n/);
  expect(stdout).toMatch(/fail 0\n/);
  expect((await inside('git', 'status', '--porcelain')).stdout).toBe('');
  expect(JSON.parse(await readFile(join(folder, 'oclif.manifest.json'), 'utf8'))).toMatchObject({ version: '0.2.0' });
  await inside('npm', 'pack');
  const [file] = (await readdir(folder)).filter((entry) => entry.endsWith('.tgz'));
  expect(file).toBe('team-coog-plugin-mail-0.2.0.tgz');

  const installed = await coog.run(work, ['plugins:install', `file:${join(folder, file ?? '')}`]);
  expect(installed.exitCode, installed.stderr).toBe(0);
  const project = await folderWith({ 'env.custom': minimal });
  expect(await coog.run(project, ['configure'])).toMatchObject({ exitCode: 0, stderr: '' });
  const files = await contentsOf(project);
  expect(files['coog.generated.yml']).toContain('mail/mail of @team/coog-plugin-mail');
  expect(files['env/mail.env']).toContain('never touched again');
  expect(JSON.parse(files['coog.lock'] ?? '')).toMatchObject({ plugins: { '@team/coog-plugin-mail': '0.2.0' } });

  const again = await coog.run(work, ['plugins:create', '@team/coog-plugin-mail', '--json']);
  expect(again.exitCode).toBe(2);
  expect(JSON.parse(again.stdout)).toMatchObject({ problems: [{ code: 'PLUGIN_FOLDER_TAKEN' }] });
});
