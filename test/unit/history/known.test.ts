import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { knownProjects, rememberProject } from '../../../src/history/index.ts';
import { isProject } from '../../../src/project/index.ts';
import { folderWith } from '../../support/folder.ts';

test('projects are remembered once each; what is none any more is forgotten', async () => {
  const data = await folderWith();
  const [one, two] = await Promise.all([folderWith({ 'env.custom': '' }), folderWith({ 'custom/': '' })]);
  const gone = await folderWith();
  for (const folder of [one, two, one, gone]) await rememberProject(data, folder);
  await writeFile(join(data, 'projects', 'broken.json'), '{"folder":');

  expect(await knownProjects(data, isProject)).toEqual([one, two].sort());
  expect(await readdir(join(data, 'projects'))).toHaveLength(2);
});

test('a data folder that cannot be used is no problem', async () => {
  const data = await folderWith({ projects: 'a file in its place' });
  await chmod(join(data, 'projects'), 0o400);
  await rememberProject(data, '/srv/coog');
  expect(await knownProjects(data, isProject)).toEqual([]);
});
