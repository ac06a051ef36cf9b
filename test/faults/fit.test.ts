import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setVariable } from '../support/e2e/demo.ts';
import { docker } from '../support/e2e/machine.ts';
import { thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { copyOfBackup, pgDump } from '../support/faults/archives.ts';
import { type Scene, sceneOf, thenItHolds, thenNothingChanged, thenNothingIsLeft } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();
let scene: Scene;

beforeEach(async () => {
  await world.changed();
  scene = await sceneOf(world);
});

const load = (file: string, ...more: string[]) => world.coog('db:load', file, '--yes', '--json', ...more);

describe('a backup of another PostgreSQL', () => {
  test('that is newer is refused before it is read, with what to do', async () => {
    const file = await copyOfBackup(world, 'newer.dump', {
      manifest: (m) => ({ ...m, server: '18.1 (Debian 18.1-1)' }),
    });
    scene = await sceneOf(world);
    const problem = theProblem(await load(file), 2, 'BACKUP_TOO_NEW');
    expect(problem.title).toMatch(/18.*17/);
    expect(problem.next).toContain('18');
    await thenNothingChanged(scene);
  });

  test('that is newer, without a manifest, is refused before anything changes', async () => {
    // The fifth to seventh byte: the version of the archive's format, which pg_restore judges.
    const newer = (data: Buffer) => Buffer.concat([data.subarray(0, 5), Buffer.from([1, 99, 0]), data.subarray(8)]);
    const file = await copyOfBackup(world, 'format.dump', { data: newer, manifest: 'none' });
    scene = await sceneOf(world);
    const problem = theProblem(await load(file), 2, 'BACKUP_DAMAGED');
    expect(problem.detail).toContain('unsupported version');
    await thenNothingChanged(scene);
  });

  test('that is older is loaded', async () => {
    const file = await copyOfBackup(world, 'older.dump', { manifest: (m) => ({ ...m, server: '13.22' }) });
    thenItSucceeded(await load(file));
    await thenItHolds(world, world.reference);
  });
});

describe('a backup of another Coog', () => {
  // The project has 1.
  test('that is newer is refused before it is read, with what to do', async () => {
    const file = await copyOfBackup(world, 'newer-coog.dump', { manifest: (m) => ({ ...m, image: '24.10' }) });
    scene = await sceneOf(world);
    const problem = theProblem(await load(file), 2, 'BACKUP_TOO_NEW');
    expect(problem.next).toBe('coog config:set IMAGE_VERSION_COOG=24.10');
    await thenNothingChanged(scene);
  });

  test('that is older is loaded, and an update is offered', async () => {
    const file = await copyOfBackup(world, 'older-coog.dump', { manifest: (m) => ({ ...m, image: '0.9' }) });
    const loaded = await load(file);
    thenItSucceeded(loaded);
    expect(loaded.stderr).toContain('coog db:update');
    await thenItHolds(world, world.reference);
  });
});

describe('a backup that was made with another COOG_PASSPHRASE', () => {
  afterEach(() => setVariable(world.project, 'COOG_PASSPHRASE', 'correct horse battery staple'));

  test('is refused, and neither passphrase is told', async () => {
    await setVariable(world.project, 'COOG_PASSPHRASE', 'quite another one');
    scene = await sceneOf(world);
    const refused = await load(world.backup);
    theProblem(refused, 2, 'PASSPHRASE_DIFFERS');
    expect(refused.stdout + refused.stderr).not.toMatch(/horse|another one"/);
    await thenNothingChanged(scene);
  });

  test('is loaded when it is said that it shall be', async () => {
    await setVariable(world.project, 'COOG_PASSPHRASE', 'quite another one');
    scene = await sceneOf(world);
    thenItSucceeded(await load(world.backup, '--ignore-passphrase'));
    await thenItHolds(world, world.reference);
    await thenNothingIsLeft(scene);
  });
});

describe('a backup that needs what the server does not have', () => {
  const control = '/usr/share/postgresql/17/extension/hstore.control';

  test('an extension: it is refused before the restoring begins, and the extension is named', async () => {
    await world.query('coog', 'CREATE EXTENSION hstore');
    const file = world.file('extension.dump');
    thenItSucceeded(await world.coog('db:dump', file));
    await world.query('coog', 'DROP EXTENSION hstore');
    scene = await sceneOf(world);
    const { id } = await world.project.container('postgres');
    await docker('exec', id, 'mv', control, `${control}.away`);
    const refused = await load(file);
    await docker('exec', id, 'mv', `${control}.away`, control);
    await thenNothingChanged(scene);
    expect(theProblem(refused, 2, 'DB_EXTENSION_MISSING').title).toContain('hstore');
    expect(refused.stderr).not.toContain('Restoring beside');
  });

  test('a role that has rights: it is refused and the role is named; with the role it is loaded with its rights', async () => {
    await world.query('postgres', 'CREATE ROLE reader');
    await world.query('coog', 'GRANT SELECT ON party TO reader');
    const live = await world.contents();
    const file = world.file('role.dump');
    thenItSucceeded(await world.coog('db:dump', file));
    await world.query('coog', 'DROP OWNED BY reader');
    await world.query('postgres', 'DROP ROLE reader');
    scene = await sceneOf(world);
    const ended = await load(file);
    const problem = theProblem(ended, 2, 'BACKUP_ROLE_MISSING');
    expect(problem.next).toContain('CREATE ROLE "reader"');
    await thenNothingChanged(scene);
    expect(ended.stderr, 'refused early').not.toContain('Restoring beside');
    await world.query('postgres', 'CREATE ROLE reader');
    thenItSucceeded(await load(file));
    await thenItHolds(world, live);
    expect(await world.query('coog', `SELECT has_table_privilege('reader', 'party', 'SELECT') AS may`)).toEqual([
      { may: true },
    ]);
    await world.query('coog', 'DROP OWNED BY reader');
    const kept = await world.previous();
    await world.query(kept, 'DROP OWNED BY reader');
    await world.query('postgres', 'DROP ROLE reader');
  });
});

describe('another encoding', () => {
  afterEach(async () => {
    await world.query('postgres', 'DROP DATABASE IF EXISTS latin');
    // The next test changes tables that this one may have replaced.
    thenItSucceeded(await load(world.backup));
  });

  test('a backup in LATIN1 is converted and loaded', async () => {
    await world.query('postgres', `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    await world.query(
      'latin',
      `CREATE TABLE letter AS SELECT i, 'café ' || chr(i) AS text FROM generate_series(192, 255) i`,
    );
    const before = await world.contents('latin');
    const file = world.file('latin.dump');
    thenItSucceeded(await world.coog('db:dump', file, '--database', 'latin'));
    thenItSucceeded(await load(file));
    await thenItHolds(world, before);
  });

  test('a backup in UTF-8 does not fit a database in LATIN1: refused before the restoring begins', async () => {
    await world.query('postgres', `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    await world.query('latin', `CREATE TABLE kept AS SELECT 'é' AS text`);
    const before = await world.contents('latin');
    scene = await sceneOf(world);
    const refused = await load(world.backup, '--database', 'latin');
    theProblem(refused, 2, 'BACKUP_ENCODING');
    expect(await world.contents('latin')).toEqual(before);
    await thenNothingChanged(scene);
    expect(refused.stderr, 'refused early').not.toContain('Restoring beside');
  });

  test('plain SQL in LATIN1 is loaded as what it says', async () => {
    await world.query('postgres', `CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    await world.query(
      'latin',
      `CREATE TABLE letter AS SELECT i, 'café ' || chr(i) AS text FROM generate_series(192, 255) i`,
    );
    const before = await world.contents('latin');
    await writeFile(world.file('latin.sql'), await pgDump(world, '-Fp', '-d', 'latin'));
    thenItSucceeded(await load(world.file('latin.sql')));
    await thenItHolds(world, before);
  });
});

describe('the client programs of this machine', () => {
  /** A folder for PATH with nothing of PostgreSQL in it but a pg_dump that says this. */
  async function pathWith(said: string | undefined): Promise<string> {
    const folder = world.file('bin');
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder);
    for (const name of ['docker', 'sh', 'mkfifo', 'git']) await symlink(await whereIs(name), join(folder, name));
    if (said !== undefined) await writeFile(join(folder, 'pg_dump'), `#!/bin/sh\necho '${said}'\n`, { mode: 0o755 });
    return folder;
  }

  test.each([
    ['are not there', undefined, 'DB_CLIENT_MISSING'],
    ['are older than the server', 'pg_dump (PostgreSQL) 15.4', 'DB_CLIENT_TOO_OLD'],
  ])('that %s are not used, and nothing changes', async (_, said, code) => {
    const PATH = await pathWith(said);
    scene = await sceneOf(world);
    const args = ['db:load', world.backup, '--yes', '--json', '--client', 'host'];
    theProblem(await world.project.with({ PATH }).coog(...args), 2, code);
    await thenNothingChanged(scene);
  });
});

const whereIs = async (program: string): Promise<string> =>
  (await execa('sh', ['-c', `command -v ${program}`])).stdout.trim();
