import { randomBytes } from 'node:crypto';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { execa } from 'execa';
import { beforeEach, describe, expect, test } from 'vitest';
import { PROGRAM } from '../support/e2e/machine.ts';
import { thenItTold, theProblem } from '../support/e2e/outcome.ts';
import { copyOfBackup, flipped, pgDump, zipped } from '../support/faults/archives.ts';
import { type Scene, sceneOf, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();
let scene: Scene;

beforeEach(async () => {
  await world.changed();
});

/** Loads what must be refused, and looks that nothing came of it. */
async function thenItIsRefused(file: string, code: string) {
  scene = await sceneOf(world);
  const problem = theProblem(await world.coog('db:load', file, '--yes', '--json'), 2, code);
  await thenNothingChanged(scene);
  return problem;
}

const given = async (name: string, content: string | Buffer): Promise<string> => {
  await writeFile(world.file(name), content);
  return world.file(name);
};

describe('a file that is no backup', () => {
  test('a file that does not exist is refused', async () => {
    await thenItIsRefused(world.file('nobody.dump'), 'BACKUP_MISSING');
  });

  test('an empty file is refused', async () => {
    await thenItIsRefused(await given('empty.dump', ''), 'BACKUP_EMPTY');
  });

  test('a symbolic link that leads nowhere is refused', async () => {
    await symlink('/nowhere/at/all', world.file('link.dump'));
    await thenItIsRefused(world.file('link.dump'), 'BACKUP_MISSING');
  });

  test('a folder is refused', async () => {
    await mkdir(world.file('folder.dump'));
    await thenItIsRefused(world.file('folder.dump'), 'BACKUP_NOT_RECOGNISED');
  });

  test('a folder that pg_dump has not finished is refused', async () => {
    await mkdir(world.file('directory.dump'));
    await given('directory.dump/toc.dat', 'PGDMP');
    await thenItIsRefused(world.file('directory.dump'), 'BACKUP_DAMAGED');
  });

  test('a page of a web server with the name of a backup is refused and called so', async () => {
    const file = await given('page.dump', '<!DOCTYPE html>\n<html><body>Please log in</body></html>\n');
    expect((await thenItIsRefused(file, 'BACKUP_NOT_RECOGNISED')).title).toContain('HTML');
  });

  test('JSON with the name of a backup is refused and called so', async () => {
    const file = await given('answer.dump', '{"error": "the link has expired"}\n');
    expect((await thenItIsRefused(file, 'BACKUP_NOT_RECOGNISED')).title).toContain('JSON');
  });

  test('random bytes are refused', async () => {
    await thenItIsRefused(await given('random.dump', randomBytes(100_000)), 'BACKUP_NOT_RECOGNISED');
  });

  test('prose is refused', async () => {
    await thenItIsRefused(
      await given('letter.sql', 'Dear colleague, select what you like.\n'),
      'BACKUP_NOT_RECOGNISED',
    );
  });

  test('an archive of MongoDB is refused, and the command for it named', async () => {
    const file = await given('mongo.archive', Buffer.concat([Buffer.from('6de29981', 'hex'), randomBytes(1000)]));
    expect((await thenItIsRefused(file, 'BACKUP_NOT_RECOGNISED')).next).toContain('mongo:load');
  });

  test('a manifest in the place of its backup is refused', async () => {
    await thenItIsRefused(`${world.backup}.manifest.json`, 'BACKUP_NOT_RECOGNISED');
  });
});

describe('a zip archive', () => {
  test('that is cut off is refused', async () => {
    const zip = await zipped({ 'coog.sql': await pgDump(world, '-Fp') });
    await thenItIsRefused(await given('cut.zip', zip.subarray(0, zip.length - 100)), 'BACKUP_DAMAGED');
  });

  test('with a changed bit in its data is refused', async () => {
    const zip = await zipped({ 'coog.sql': await pgDump(world, '-Fp') });
    await thenItIsRefused(await given('bit.zip', flipped(zip, zip.length * 4)), 'BACKUP_DAMAGED');
  });

  test('with two files is refused, and both are named', async () => {
    const file = await given('two.zip', await zipped({ 'a.sql': Buffer.from('SELECT 1;'), 'b.sql': Buffer.from('-') }));
    expect((await thenItIsRefused(file, 'BACKUP_NOT_RECOGNISED')).title).toMatch(/a\.sql.*b\.sql/);
  });
});

describe('a backup', () => {
  test('that may not be read is refused', async () => {
    const file = await copyOfBackup(world, 'closed.dump');
    await chmod(file, 0);
    scene = await sceneOf(world);
    // Root without the right that lets root read everything.
    const drop = ['--bounding-set=-dac_override,-dac_read_search', '--inh-caps=-dac_override,-dac_read_search'];
    const words = [...drop, process.execPath, PROGRAM, 'db:load', file, '--yes', '--json'];
    const { stdout, stderr, exitCode } = await execa('setpriv', words, {
      cwd: world.project.folder,
      env: { ...world.project.env },
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
    });
    const problems = thenItTold({ stdout, stderr, exitCode, signal: undefined }, 2, ['BACKUP_UNREADABLE']);
    expect(problems[0]?.title).toContain('EACCES');
    await thenNothingChanged(scene);
  });

  test('whose manifest is cut off is refused', async () => {
    const file = await copyOfBackup(world, 'half-a-manifest.dump', { manifest: 'none' });
    await given('half-a-manifest.dump.manifest.json', '{ "format": 1, "coog": "0.1');
    await thenItIsRefused(file, 'BACKUP_MANIFEST_INVALID');
  });

  test('whose manifest comes from a newer coog is refused', async () => {
    const file = await copyOfBackup(world, 'newer.dump', { manifest: (m) => ({ ...m, format: 2 }) });
    expect((await thenItIsRefused(file, 'BACKUP_MANIFEST_INVALID')).title).toContain('newer');
  });

  test('with the manifest of another backup is refused', async () => {
    const data = await pgDump(world, '-Fc');
    const file = await copyOfBackup(world, 'other.dump', { data: () => data });
    await thenItIsRefused(file, 'BACKUP_DAMAGED');
  });
});

describe('plain SQL', () => {
  const sql = async (name: string, change: (text: string) => string) =>
    given(name, change((await pgDump(world, '-Fp')).toString()));

  /** What fails while it is restored aside changes nothing either. */
  async function thenItFails(file: string) {
    scene = await sceneOf(world);
    const ended = await world.coog('db:load', file, '--yes', '--json');
    expect(ended.exitCode, ended.stdout).toBeGreaterThan(0);
    await thenNothingChanged(scene);
  }

  test('that runs a program does not run it', async () => {
    // What psql runs ends with 0: that the load fails tells that it was not run.
    await thenItFails(await sql('program.sql', (text) => text.replace('SET ', '\\! true\nSET ')));
  });

  test('that connects to the live database does not reach it', async () => {
    await thenItFails(
      await sql('connect.sql', (text) => text.replace('SET ', '\\connect coog\nDROP TABLE party CASCADE;\nSET ')),
    );
  });

  test('with an error in the middle changes nothing', async () => {
    await thenItFails(await sql('error.sql', (text) => text.replace('CREATE VIEW', 'SELECT 1 / 0;\nCREATE VIEW')));
  });

  test('without its last line is refused', async () => {
    const file = await sql('cut.sql', (text) =>
      text.slice(0, text.lastIndexOf('-- PostgreSQL database dump complete')),
    );
    await thenItIsRefused(file, 'BACKUP_DAMAGED');
  });
});
