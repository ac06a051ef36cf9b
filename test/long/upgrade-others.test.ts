import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linkPlugins, returning } from '../support/coog.ts';
import { during } from '../support/e2e/coog.ts';
import { sleeper } from '../support/e2e/light.ts';
import { docker, IMAGE } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { givenMongo } from '../support/mongo/world.ts';

const SHOP = `coog-test-upgrade-${randomBytes(4).toString('hex')}`;
const [OLD, NEW] = ['1', '2'];
const STEPS = ['pull', 'backup', 'stop', 'switch', 'update', 'start'] as const;
type Step = (typeof STEPS)[number];

const home = await mkdtemp(join(tmpdir(), 'coog-test-'));
afterAll(() => rm(home, { recursive: true, force: true }));

/** A plugin's database, its client in two versions, and MongoDB, which the client uses as well. No Coog. */
const world = givenMongo('2.26', async () => {
  const database = { name: 'shop', kind: 'postgresql', description: 'orders of the shop', clients: ['shop'] };
  await linkPlugins(home, [{ name: '@team/shop', hook: returning({ apiVersion: 1, databases: [database] }) }]);
  return {
    env: { XDG_DATA_HOME: join(home, 'data') },
    settings: ['CUSTOM_IMAGE_NAME_POSTGRES=coog-demo/postgres', 'IMAGE_VERSION_POSTGRES=17'],
    fragments: ['database/postgres'],
    services: { shop: sleeper({ image: `${SHOP}:\${IMAGE_VERSION_COOG}`, pull_policy: 'never' }) },
  };
});
beforeAll(async () => {
  // The server's image makes it, empty: there is no Coog that could update it.
  await sql('DROP DATABASE coog', 'postgres');
  await sql('CREATE DATABASE shop', 'postgres');
  await sql("CREATE TABLE orders AS SELECT 'one'::text AS name FROM generate_series(1, 100)");
}, 60_000);
const tags = [OLD, NEW].map((version) => `${SHOP}:${version}`);
// Before the world's own beforeAll: it starts the client.
await Promise.all(tags.map((tag) => docker('tag', IMAGE, tag)));
afterAll(() => docker('rmi', ...tags), 60_000);

async function sql(statement: string, database = 'shop'): Promise<string> {
  const { id } = await world.project.container('postgres');
  return docker(
    'exec',
    id,
    'psql',
    '-U',
    await world.project.value('POSTGRES_USER'),
    '-d',
    database,
    '-tAc',
    statement,
  );
}

const IS_OPEN = "SELECT datallowconn FROM pg_database WHERE datname = 'shop'";
const orders = () => sql("SELECT string_agg(DISTINCT name, ',') || count(*) FROM orders");
const everything = async () => ({ orders: await orders(), documents: await world.contents() });
const versionOf = async (): Promise<string> => (await world.project.container('shop')).image.split(':').at(-1) ?? '';
const journal = () => join(world.project.folder, '.coog/upgrade.json');

/** What a version does to both. */
async function written(mark: string): Promise<void> {
  await sql(`UPDATE orders SET name = '${mark}'; INSERT INTO orders VALUES ('${mark} ')`);
  await world.changed(mark);
}

test('the plan names them', async () => {
  const ran = await world.project.coog('upgrade', NEW, '--dry-run');
  thenItSucceeded(ran);
  expect(ran.stdout).toMatch(/copied for the new version: shop \(/);
  expect(ran.stdout).toMatch(/loaded again when the upgrade is taken back: MongoDB/);
  expect(ran.stdout).toMatch(/^stopped meanwhile: portal, shop$/m);
});

test('what the new version wrote into the database of a plugin and into MongoDB is taken back, and kept', async () => {
  const { project } = world;
  const before = await everything();
  thenItSucceeded(await project.coog('upgrade', NEW, '--yes'));
  expect(await versionOf()).toBe(NEW);
  expect(await everything(), 'the new version has them whole').toEqual(before);
  await written('new');
  const after = await everything();

  const back = await project.coog('upgrade', '--rollback', '--yes');

  thenItSucceeded(back);
  expect(back.stdout).toMatch(/shop is what it was before/);
  expect(back.stdout).toMatch(/coog-gateway is what it was before/);
  expect(await versionOf()).toBe(OLD);
  expect(await everything()).toEqual(before);
  // Nothing that was written since is lost.
  thenItSucceeded(await project.coog('db:undo', '--database', 'shop', '--yes'));
  expect(await orders()).toBe(after.orders);
  const backups = (await readdir(join(project.folder, 'backups'))).filter((name) => name.endsWith('.archive.gz'));
  thenItSucceeded(
    await project.coog('mongo:load', join(project.folder, 'backups', backups.sort().at(-1) ?? ''), '--yes'),
  );
  expect(await world.contents()).toEqual(after.documents);
}, 300_000);

describe('killed', () => {
  test('while the users of a database are locked out, then taken back', async () => {
    const before = await everything();
    const running = world.project.start('upgrade', NEW, '--yes');
    const isCopying = () => running.output().includes('Copying shop');
    await during(running, until('users are locked out', isCopying, 120_000, 1));
    running.kill('SIGKILL');
    await running.ended;
    expect(await sql(IS_OPEN, 'postgres'), 'it was killed in time').toBe('f');
    thenItSucceeded(await world.project.coog('upgrade', '--rollback', '--yes'));
    expect(await versionOf()).toBe(OLD);
    expect(await everything()).toEqual(before);
  }, 300_000);

  test.each(['stop', 'switch', 'update', 'start'] as const)(
    'at the step %s, then taken back',
    async (step) => {
      const before = await everything();
      await killedAt(step);
      thenItSucceeded(await world.project.coog('upgrade', '--rollback', '--yes'));
      expect(await versionOf()).toBe(OLD);
      expect(await everything()).toEqual(before);
    },
    300_000,
  );

  test('after the backup; what is written before the stop is there after the way back', async () => {
    await killedAt('stop', 0);
    await written('late');
    const late = await everything();
    thenItSucceeded(await world.project.coog('upgrade', '--resume', '--yes'));
    await written('newer');
    thenItSucceeded(await world.project.coog('upgrade', '--rollback', '--yes'));
    expect(await everything()).toEqual(late);
  }, 300_000);

  test('while it is taken back, then taken back again', async () => {
    const before = await everything();
    thenItSucceeded(await world.project.coog('upgrade', NEW, '--yes'));
    await written('newest');
    for (const said of ['Bringing shop back', 'Bringing MongoDB back', 'Swapping', 'Starting']) {
      const running = world.project.start('upgrade', '--rollback', '--yes');
      const isSaid = () => Promise.resolve(running.output().includes(said));
      await Promise.race([running.ended, during(running, until(said, isSaid))]).catch(() => undefined);
      running.kill('SIGKILL');
      await running.ended;
    }
    const last = await world.project.coog('upgrade', '--rollback', '--yes', '--json');
    // One that was killed at its very end had done all.
    if (last.exitCode !== 0) expect(last.stdout).toContain('UPGRADE_NOT_UNDER_WAY');
    expect(await versionOf()).toBe(OLD);
    expect(await everything()).toEqual(before);
  }, 600_000);
});

/** SIGKILL a moment after the step began. */
async function killedAt(
  step: Step,
  deadline = { stop: 1_500, switch: 100, update: 700, start: 700 }[step as 'stop'],
): Promise<void> {
  const running = world.project.start('upgrade', NEW, '--yes');
  const begun = async () => {
    const now = JSON.parse(await readFile(journal(), 'utf8')) as { state: string; step: Step };
    return now.state === 'under-way' && STEPS.indexOf(now.step) >= STEPS.indexOf(step);
  };
  await during(running, until(`the step ${step}`, begun));
  await new Promise((resolve) => setTimeout(resolve, deadline));
  running.kill('SIGKILL');
  await running.ended;
}
