import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linkPlugins, returning } from '../support/coog.ts';
import { ids } from '../support/e2e/containers.ts';
import { givenProjectOf, probe, sleeper } from '../support/e2e/light.ts';
import { docker } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { folderWith } from '../support/folder.ts';

const noting = `import { appendFile } from 'node:fs/promises';
export default async ({ folder, moment, database, value }) => {
  if (value('SHOP_CLOSED') === 'true') throw new Error('the shop is closed');
  await appendFile(folder + '/moments', moment + ' ' + database + '\\n');
};
`;
const variables = `groups:
  shop:
    variables:
      SHOP_DB: {description: Database of the shop., set-by: [SHOP_DB], default: 'shop'}
      SHOP_CLOSED: {description: Whether it is closed., type: boolean, set-by: [SHOP_CLOSED], default: 'false', internal: true}
`;
const database = { name: '${SHOP_DB}', kind: 'postgresql', description: 'orders of the shop', clients: ['shop'] };

/** A project of PostgreSQL and one client, whose plugin brings the client's database. */
async function givenAShop(): Promise<Project> {
  const home = await folderWith({});
  const task = (moment: string) => ({ id: moment, moment, title: `work ${moment}`, module: 't.js' });
  const tasks = [task('before-load'), task('after-load')];
  await linkPlugins(home, [
    {
      name: '@team/shop',
      hook: returning({ apiVersion: 1, variables: 'v.yml', databases: [database], tasks }),
      files: { 't.js': noting, 'v.yml': variables },
    },
  ]);
  const project = await givenProjectOf(
    { shop: sleeper({ ...probe('true'), restart: 'no' }) },
    {
      env: { XDG_DATA_HOME: join(home, 'data') },
      settings: ['CUSTOM_IMAGE_NAME_POSTGRES=coog-demo/postgres', 'IMAGE_VERSION_POSTGRES=17'],
    },
  );
  const disabled = await readFile(join(project.folder, 'disabled_services'), 'utf8');
  await project.write({ disabled_services: disabled.replace(/^database\/postgres\n/m, ''), 'backups/': '' });
  thenItSucceeded(await project.coog('up', '-d'));
  await sql(project, 'postgres', 'CREATE DATABASE shop');
  await sql(project, 'shop', "CREATE TABLE orders AS SELECT 'one'::text AS name FROM generate_series(1, 100)");
  return project;
}

async function sql(project: Project, name: string, statement: string): Promise<string> {
  const { id } = await project.container('postgres');
  return docker('exec', id, 'psql', '-U', await project.value('POSTGRES_USER'), '-d', name, '-tAc', statement);
}

const startOf = async (project: Project, service: string): Promise<string> =>
  docker('inspect', '--format', '{{.State.StartedAt}}', (await project.container(service)).id);

test('the database of a plugin is listed, dumped, loaded and brought back; its clients alone stop for the swap', async () => {
  const project = await givenAShop();
  const { databases } = jsonOf<{ databases: object[] }>(await project.coog('db:list', '--json'));
  expect(databases).toContainEqual(
    expect.objectContaining({ name: 'shop', kind: 'live', plugin: '@team/shop', text: 'orders of the shop' }),
  );
  const file = join(project.folder, 'backups/shop.dump');
  thenItSucceeded(await project.coog('db:dump', file, '--database', 'shop'));
  await sql(project, 'shop', "UPDATE orders SET name = 'two'");
  const before = { containers: ids(await project.containers()), server: await startOf(project, 'postgres') };
  const client = await startOf(project, 'shop');

  const loaded = await project.coog('db:load', file, '--database', 'shop', '--yes', '--json');

  thenItSucceeded(loaded);
  expect(loaded.stderr).toContain('Stopping shop');
  expect(await sql(project, 'shop', 'SELECT DISTINCT name FROM orders')).toBe('one');
  expect(await startOf(project, 'shop')).not.toBe(client);
  expect(await startOf(project, 'postgres')).toBe(before.server);
  expect(ids(await project.containers())).toEqual(before.containers);
  expect(await project.read('moments')).toBe('before-load shop\nafter-load shop\n');

  thenItSucceeded(await project.coog('db:undo', '--database', 'shop', '--yes'));
  expect(await sql(project, 'shop', 'SELECT DISTINCT name FROM orders')).toBe('two');

  await project.write({ 'env.custom': `${await project.read('env.custom')}SHOP_CLOSED=true\n` });
  const refused = theProblem(
    await project.coog('db:load', file, '--database', 'shop', '--yes', '--json'),
    1,
    'TASK_FAILED',
  );
  expect(refused).toMatchObject({ title: '@team/shop: work before-load failed; shop is what it was' });
  expect(await sql(project, 'shop', 'SELECT DISTINCT name FROM orders')).toBe('two');

  for (const args of [['db:update'], ['db:reset', '--yes'], ['db:change-admin-password']]) {
    const problem = theProblem(await project.coog(...args, '--database', 'shop', '--json'), 2, 'DB_OF_PLUGIN');
    expect(problem.title).toContain('@team/shop');
  }
});
