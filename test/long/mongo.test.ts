import { copyFile, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { ids } from '../support/e2e/containers.ts';
import { PROGRAM } from '../support/e2e/machine.ts';
import { jsonOf, thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import { holds, watchArguments } from '../support/e2e/secrets.ts';
import { ended, pause, told } from '../support/faults/killing.ts';
import { givenMongo, type MongoWorld, PASSWORD } from '../support/mongo/world.ts';

interface Dumped {
  readonly file: string;
  readonly databases: readonly string[];
  readonly collections: number;
  readonly documents: number;
}

interface Loaded extends Dumped {
  readonly backup?: string;
}

/** Nothing that coog keeps beside, no lock, no journal, no container. */
async function thenNothingIsLeft(world: MongoWorld): Promise<void> {
  expect(Object.keys(await world.contents()).filter((name) => /coog_(new|prev)_/.test(name))).toEqual([]);
  for (const name of ['mongo.lock', 'mongo-load.json', 'stopped-mongo-clients.json'])
    await expect(stat(join(world.project.folder, '.coog', name)), name).rejects.toThrow('ENOENT');
  const containers = (await world.project.containers()).filter(({ state }) => state !== 'running');
  expect(containers).toEqual([]);
}

describe.each(['1.29.2', '2.26'] as const)('with Compose %s', (compose) => {
  const world = givenMongo(compose);

  test('a dump while it is used, changes, a load: all is as it was, and the password is nowhere', async () => {
    const { project } = world;
    const before = await world.contents();
    const running = ids(await project.containers());
    const watching = watchArguments([PASSWORD]);
    const dumped = await project.coog('mongo:dump', world.file('a.archive.gz'), '--json');
    thenItSucceeded(dumped);
    expect(jsonOf<Dumped>(dumped)).toMatchObject({
      databases: ['coog-api-v2', 'coog-gateway', 'coog-identity-manager'],
      collections: 4,
      documents: 3_003,
    });
    expect(ids(await project.containers()), 'nothing was stopped').toEqual(running);
    expect((await stat(world.file('a.archive.gz'))).mode & 0o777).toBe(0o600);
    const changed = await world.changed('later');
    expect(changed).not.toEqual(before);

    const loaded = await project.coog('mongo:load', world.file('a.archive.gz'), '--yes', '--json');

    thenItSucceeded(loaded);
    const { seen, looks } = await watching.stop();
    expect(looks).toBeGreaterThan(10);
    expect(seen).toEqual([]);
    expect(holds(dumped.stdout + dumped.stderr + loaded.stdout + loaded.stderr, [PASSWORD])).toBe(false);
    expect(await world.contents()).toEqual(before);
    expect(ids(await project.containers())).toEqual(running);
    await thenNothingIsLeft(world);

    const { backup } = jsonOf<Loaded>(loaded);
    thenItSucceeded(await project.coog('mongo:load', backup ?? '', '--yes'));
    expect(await world.contents(), 'what was replaced is in the backup').toEqual(changed);
  });
});

describe('a load', () => {
  const world = givenMongo('2.26');
  let backup: string;
  let reference: Record<string, string>;
  let now: Record<string, string>;
  beforeAll(async () => {
    backup = world.file('reference.archive.gz');
    thenItSucceeded(await world.project.coog('mongo:dump', backup));
    reference = await world.contents();
    now = await world.changed('reference');
  });

  const load = (file: string, ...more: string[]) => world.project.coog('mongo:load', file, '--yes', '--json', ...more);

  /** Refused or failed: what is there is what was there. */
  async function thenNothingChanged(): Promise<void> {
    expect(await world.contents()).toEqual(now);
    await thenNothingIsLeft(world);
  }

  test('through pipes, encrypted', async () => {
    const { project } = world;
    const key = world.file('key.txt');
    const { generateIdentity, identityToRecipient } = await import('age-encryption');
    const identity = await generateIdentity();
    await writeFile(key, `${identity}\n`, { mode: 0o600 });
    const options = { cwd: project.folder, env: { ...project.env }, extendEnv: false } as const;
    const recipient = await identityToRecipient(identity);
    const dumped = await execa(process.execPath, [PROGRAM, 'mongo:dump', '-', '--encrypt', recipient], {
      ...options,
      encoding: 'buffer',
    });
    expect(Buffer.from(dumped.stdout).subarray(0, 21).toString()).toBe('age-encryption.org/v1');
    await world.changed('to be replaced');
    await execa(process.execPath, [PROGRAM, 'mongo:load', '-', '--identity', key, '--yes'], {
      ...options,
      input: dumped.stdout,
    });
    await thenNothingChanged();
  });

  test('of one database leaves the others as they are', async () => {
    const loaded = await load(backup, '--database', 'coog-gateway');
    thenItSucceeded(loaded);
    expect(jsonOf<Loaded>(loaded).databases).toEqual(['coog-gateway']);
    const gateway = ([name]: [string, string]) => name.startsWith('coog-gateway.');
    const others = Object.entries(now).filter((entry) => !gateway(entry));
    const expected = Object.fromEntries([...Object.entries(reference).filter(gateway), ...others]);
    expect(await world.contents()).toEqual(expected);
    now = expected;
    const one = jsonOf<Dumped>(await world.project.coog('mongo:dump', '--database', 'coog-api-v2', '--json'));
    expect(one.databases).toEqual(['coog-api-v2']);
  });

  test('of an archive without a manifest is read through, and warned of', async () => {
    await copyFile(backup, world.file('bare'));
    thenItSucceeded(await load(world.file('bare')));
    expect(await world.contents()).toEqual(reference);
    now = await world.changed('after the bare one');
  });

  test.each([
    ['a dump of PostgreSQL', 'PGDMP\u0001\u000e', 'BACKUP_NOT_RECOGNISED', 'db:load'],
    ['a page of a web server', '<!DOCTYPE html><html>', 'BACKUP_NOT_RECOGNISED', ''],
    ['an empty file', '', 'BACKUP_EMPTY', ''],
  ])('%s is refused', async (_, content, code, next) => {
    await writeFile(world.file('other'), content, 'latin1');
    expect(theProblem(await load(world.file('other')), 2, code).next).toContain(next);
    await thenNothingChanged();
  });

  test('a file that is not there, a user who says nothing, a database that the backup does not hold', async () => {
    theProblem(await load(world.file('missing')), 2, 'BACKUP_MISSING');
    theProblem(await world.project.coog('mongo:load', backup, '--json'), 2, 'CONFIRMATION_NEEDED');
    theProblem(await load(backup, '--database', 'nobody'), 1, 'RESTORE_INCOMPLETE');
    theProblem(await world.project.coog('mongo:dump', '--database', 'nobody', '--json'), 2, 'MONGO_EMPTY');
    await thenNothingChanged();
  });

  test('of 20 flipped bits and 20 cuts none goes through, with a manifest and without', async () => {
    const whole = await readFile(backup);
    const file = world.file('damaged');
    for (let n = 0; n < 20; n += 1) {
      const flipped = Buffer.from(whole);
      const at = Math.floor(((n + 0.5) / 20) * whole.length);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (n % 8));
      const cut = whole.subarray(0, Math.floor(((n + 0.5) / 20) * whole.length));
      for (const content of [flipped, cut]) {
        await writeFile(file, content);
        const manifest = n % 2 === 0;
        if (manifest) await copyFile(`${backup}.manifest.json`, `${file}.manifest.json`);
        else await rm(`${file}.manifest.json`, { force: true });
        expect((await load(file)).exitCode, `${content === cut ? 'cut' : 'flipped'} at ${at}`).not.toBe(0);
      }
    }
    await thenNothingChanged();
  });

  test('on services that do not get well on it: all is put back', async () => {
    await writeFile(join(world.project.folder, 'flags/ill'), '');
    const loading = world.project.start('mongo:load', backup, '--yes', '--json');
    await told(loading, 'Putting the old collections back');
    await rm(join(world.project.folder, 'flags/ill'));
    thenItTold(await loading.ended, 1, ['SERVICE_FAILED', 'SWAP_TAKEN_BACK']);
    await thenNothingChanged();
  });

  test('two at once: the second one is refused, and told who works', async () => {
    const first = world.project.start('mongo:load', backup, '--yes');
    await told(first, 'Restoring beside');
    expect(theProblem(await load(backup), 2, 'PROJECT_LOCKED').detail).toContain('coog mongo:load');
    thenItSucceeded(await first.ended);
    expect(await world.contents()).toEqual(reference);
    now = await world.changed('after two');
  });

  const moments = ['Reading the backup', 'Restoring beside', 'Backing up what', 'Stopping portal', 'Starting portal'];
  describe.each(['SIGKILL', 'SIGINT'] as const)('%s', (signal) => {
    test.each([...moments, ...[0.2, 0.4, 0.6, 0.7, 0.8, 0.9]])(
      'at %s leaves the old or the new, whole',
      async (moment) => {
        const began = Date.now();
        const running = world.project.start('mongo:load', backup, '--yes');
        if (typeof moment === 'string') await told(running, moment);
        else await Promise.race([pause(moment * 6_000), running.ended]);
        const { exitCode } = await ended(running, signal);
        const after = `${exitCode} after ${Date.now() - began} ms\n${running.output()}`;

        // The next command takes back what is half, before it does anything.
        thenItSucceeded(await world.project.coog('mongo:load', backup, '--yes', '--database', 'coog-identity-manager'));

        const found = await world.contents();
        expect([now, reference], after).toContainEqual(found);
        await thenNothingIsLeft(world);
        now = await world.changed(`${signal} ${moment}`);
      },
    );
  });
});

describe('a server that cannot be used', () => {
  const world = givenMongo('2.26');

  test('a wrong password is told without it; a server that does not run by how it is started', async () => {
    const { project } = world;
    await project.coog('config:set', 'CUSTOM_MONGO_PASSWORD=wrongsecret');
    const refused = await project.coog('mongo:dump', '--json');
    theProblem(refused, 2, 'DB_LOGIN_FAILED');
    expect(refused.stdout + refused.stderr).not.toContain('wrongsecret');
    thenItSucceeded(await project.coog('down'));
    expect(theProblem(await project.coog('mongo:dump', '--json'), 2, 'DB_SERVER_NOT_RUNNING').next).toContain('mongo');
    await expect(open(join(project.folder, 'backups'), 'r')).rejects.toThrow('ENOENT');
  });
});
