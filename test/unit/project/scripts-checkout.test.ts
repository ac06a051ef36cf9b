import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readProject } from '../../../src/project/index.ts';
import { type Files, folderWith, writeFiles } from '../../support/folder.ts';
import { commitAll, git } from '../../support/git.ts';

const stock: Files = {
  'env.base': 'A=1\n',
  'env.custom': '',
  'compose/back/coog.yml': 'services: {coog: {image: stock}}\n',
  'compose/back/cron.yml': 'services: {cron: {image: stock}}\n',
  '.gitignore': 'compose/ignored/\nenv.custom\n',
};

async function checkout(below = ''): Promise<{ repository: string; project: string }> {
  const repository = await folderWith(
    Object.fromEntries(Object.entries(stock).map(([path, text]) => [`${below}${path}`, text])),
  );
  await git(repository, 'init', '--quiet');
  await commitAll(repository);
  return { repository, project: join(repository, below) };
}

const belongings = async (project: string) => {
  const { fragments, problems } = await readProject(project);
  return {
    user: fragments.filter((f) => f.belongs === 'user').map((f) => f.path),
    stock: fragments.filter((f) => f.belongs === 'unless-shipped').map((f) => f.path),
    problems,
  };
};

afterEach(() => vi.unstubAllEnvs());

describe.each([
  ['at the root of its repository', ''],
  ['in a subfolder of a repository', 'deploy/sub folder é/'],
])('a checkout of the scripts %s', (_, below) => {
  it('has stock fragments as long as git calls them clean', async () => {
    const { project } = await checkout(below);
    expect(await belongings(project)).toEqual({
      user: [],
      stock: ['compose/back/coog.yml', 'compose/back/cron.yml'],
      problems: [],
    });
  });

  it.each([
    ['changed', 'compose/back/coog.yml'],
    ['untracked', 'compose/my own/é:x.yml'],
    ['in an untracked folder', 'compose/mine/deep/x.yml'],
    ['ignored', 'compose/ignored/x.yml'],
  ])("calls a fragment that is %s the user's", async (_, path) => {
    const { project } = await checkout(below);
    await writeFiles(project, { [path]: 'services: {x: {image: mine}}\n' });
    const found = await belongings(project);
    expect(found.user).toEqual([path]);
    expect(found.problems).toEqual([]);
  });

  it('calls a staged and a renamed one the user’s', async () => {
    const { project } = await checkout(below);
    await writeFiles(project, { 'compose/new.yml': 'services: {}\n' });
    await git(project, 'mv', 'compose/back/cron.yml', 'compose/back/mycron.yml');
    await git(project, 'add', 'compose');
    expect((await belongings(project)).user).toEqual(['compose/back/mycron.yml', 'compose/new.yml']);
  });

  it('calls everything in a repository of its own below compose/ the user’s', async () => {
    const { project } = await checkout(below);
    const nested = join(project, 'compose/custom');
    await mkdir(nested);
    await git(nested, 'init', '--quiet');
    await writeFile(join(nested, 'mine.yml'), 'services: {mine: {image: x}}\n');
    await commitAll(nested);
    expect((await belongings(project)).user).toEqual(['compose/custom/mine.yml']);
  });

  it('leaves it to the name whether a committed one is stock: people commit their own, too', async () => {
    const { project, repository } = await checkout(below);
    await writeFiles(project, { 'compose/tools/mine.yml': 'services: {mine: {image: x}}\n' });
    await commitAll(repository);
    expect((await belongings(project)).stock).toContain('compose/tools/mine.yml');
  });

  it('is not led elsewhere by the variables of a git hook', async () => {
    const { project } = await checkout(below);
    const other = await checkout();
    vi.stubEnv('GIT_DIR', join(other.repository, '.git'));
    vi.stubEnv('GIT_WORK_TREE', other.repository);
    await writeFiles(project, { 'compose/back/coog.yml': 'services: {coog: {image: mine}}\n' });
    expect((await belongings(project)).user).toEqual(['compose/back/coog.yml']);
  });
});

describe('a copy of the scripts', () => {
  it('without git is compared by names, with a warning', async () => {
    const folder = await folderWith({ ...stock, 'compose/mine.yml': 'services: {mine: {image: x}}' });
    const { stock: undecided, problems } = await belongings(folder);
    expect(undecided).toHaveLength(3);
    expect(problems).toMatchObject([{ code: 'SCRIPTS_WITHOUT_GIT', severity: 'warning' }]);
  });

  it('that lies untracked in another repository is not taken for changed as a whole', async () => {
    const repository = await folderWith({ 'readme.md': 'home' });
    await git(repository, 'init', '--quiet');
    await commitAll(repository);
    await writeFiles(join(repository, 'coog'), stock);
    const { user, problems } = await belongings(join(repository, 'coog'));
    expect(user).toEqual([]);
    expect(problems).toMatchObject([{ code: 'SCRIPTS_WITHOUT_GIT' }]);
  });

  it('has no stock fragments in custom/compose', async () => {
    const folder = await folderWith({ ...stock, 'custom/compose/back/coog.yml': 'services: {coog: {image: mine}}' });
    expect((await belongings(folder)).user).toEqual(['custom/compose/back/coog.yml']);
  });
});

describe('a folder without env.base', () => {
  it("has only the user's fragments, in a repository too", async () => {
    const folder = await folderWith({ 'env.custom': '', 'compose/back/coog.yml': 'services: {}' });
    await git(folder, 'init', '--quiet');
    await commitAll(folder);
    expect(await belongings(folder)).toMatchObject({ user: ['compose/back/coog.yml'], problems: [] });
  });
});
