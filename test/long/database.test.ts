import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '../support/e2e/containers.ts';
import { during, runCoog } from '../support/e2e/coog.ts';
import { DEMO_DEADLINE, type Demo, endDemo, logInAsAdmin, serverOf, sharedDemo, sql } from '../support/e2e/demo.ts';
import { databasesOf, fillWithParties, fingerprint } from '../support/e2e/oracle.ts';
import { jsonOf, thenItSucceeded, thenItTold, theProblem } from '../support/e2e/outcome.ts';
import type { Project } from '../support/e2e/project.ts';
import { watchArguments } from '../support/e2e/secrets.ts';
import { logIn } from '../support/e2e/tryton.ts';
import { until } from '../support/e2e/until.ts';

const PARTIES = 5_000;

let demo: Demo;
let project: Project;
beforeAll(async () => {
  demo = await sharedDemo({ title: 'database', compose: '2.26' });
  project = demo.project;
  await mkdir(join(project.folder, 'backups'), { mode: 0o700 });
  await fillWithParties(project, PARTIES);
}, DEMO_DEADLINE);
afterAll(() => endDemo(project), 120_000);

/** A party made through the API, and how many there are. */
async function givenAParty(name: string): Promise<number> {
  const session = await logInAsAdmin(project);
  const [id = 0] = await session.call<number[]>('model.party.party.create', [{ name }]);
  return id;
}

async function thenCoogAnswers(name: string, id: number): Promise<void> {
  const session = await logInAsAdmin(project);
  expect(await session.call('model.party.party.read', [id], ['name'])).toMatchObject([{ name }]);
}

/** After every round trip: somebody logs in, and what stands in the database comes through the API. */
async function thenOneCanRead(): Promise<void> {
  const session = await logInAsAdmin(project);
  const [id = 0] = await session.call<number[]>('model.party.party.search', [['code', '=', 'T8']], 0, 1);
  const [party] = await session.call<{ name: string }[]>('model.party.party.read', [id], ['name']);
  expect(party?.name).toContain("O'Neil");
}

const backup = (name: string) => join(project.folder, 'backups', name);
const load = (file: string, ...more: string[]) => project.coog('db:load', file, '--yes', '--json', ...more);

describe('a round trip', () => {
  test('dump while it is used, change, load: everything is as it was, and one can log in', async () => {
    const id = await givenAParty('before the backup');
    const before = await fingerprint(project);
    const running = ids(await project.containers());
    const dumped = await project.coog('db:dump', backup('a.dump'), '--json');
    thenItSucceeded(dumped);
    expect(ids(await project.containers()), 'nothing was stopped').toEqual(running);
    await sql(project, 'coog', "UPDATE party_party SET name = 'gone'");

    const loaded = await load(backup('a.dump'));

    thenItSucceeded(loaded);
    expect(jsonOf<{ swapped: number }>(loaded).swapped).toBeLessThan(30_000);
    expect(await fingerprint(project)).toEqual(before);
    await thenCoogAnswers('before the backup', id);
    const others = ['postgres', 'rabbitmq', 'redis', 'unoconv'] as const;
    const after = ids(await project.containers());
    for (const service of others) expect(after[service], service).toBe(running[service]);
  });

  test('undo brings the replaced database back, and undo again takes that back', async () => {
    const now = await fingerprint(project);
    thenItSucceeded(await project.coog('db:undo', '--yes'));
    expect(await sql(project, 'coog', "SELECT count(*) FROM party_party WHERE name <> 'gone'")).toEqual(['0']);
    thenItSucceeded(await project.coog('db:undo', '--yes'));
    expect(await fingerprint(project)).toEqual(now);
    await thenOneCanRead();
    expect(await databasesOf(project), 'one replaced database is kept').toHaveLength(2);
  });

  test.each(['bin', 'sql', 'zip'])('in the format %s, whatever the file is called', async (format) => {
    const before = await fingerprint(project);
    const file = backup(`of-the-scripts-${format}`);
    thenItSucceeded(await project.coog('db:dump', '--format', format, file));
    await rm(`${file}.manifest.json`);
    await sql(project, 'coog', 'DELETE FROM party_party WHERE code LIKE $$T%$$');

    const loaded = await load(file);

    thenItSucceeded(loaded);
    expect(loaded.stderr).toContain('there is no manifest');
    expect(await fingerprint(project)).toEqual(before);
    await thenOneCanRead();
  });

  test('through pipes: standard output holds the backup and nothing else', async () => {
    const before = await fingerprint(project);
    const program = `"$0" "$1" db:dump - > ${backup('piped')} && "$0" "$1" db:load - --yes < ${backup('piped')}`;
    const [node = '', ...script] = [process.execPath, join(import.meta.dirname, '../../bin/run.js')];
    await new Promise<void>((resolve, reject) => {
      execFile('sh', ['-c', program, node, ...script], { cwd: project.folder, env: { ...project.env } }, (error) =>
        error ? reject(error) : resolve(),
      );
    });
    expect((await readFile(backup('piped'))).subarray(0, 5).toString()).toBe('PGDMP');
    expect(await fingerprint(project)).toEqual(before);
    await thenOneCanRead();
    expect((await readdir(join(project.folder, 'backups'))).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('the document store comes back with its database', async () => {
    const store = join(await project.value('COOG_DATA_VOLUME'), 'edm');
    const path = join(store, 'coog/ab/cd/abcdef');
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'a contract');
    thenItSucceeded(await project.coog('db:dump', backup('whole.dump'), '--filestore'));
    await rm(join(store, 'coog'), { recursive: true });
    await mkdir(join(store, 'coog/ab'), { recursive: true });
    await writeFile(join(store, 'coog/ab/newer'), 'a newer one');

    thenItSucceeded(await load(backup('whole.dump'), '--filestore'));

    expect(await readFile(path, 'utf8')).toBe('a contract');
    expect(await readFile(join(store, 'coog/ab/newer'), 'utf8'), 'nothing is taken away').toBe('a newer one');
    await thenOneCanRead();
  });

  test('over two connections, into a folder', async () => {
    const before = await fingerprint(project);
    thenItSucceeded(await project.coog('db:dump', backup('folder.dump'), '--jobs', '2'));
    await sql(project, 'coog', 'DELETE FROM party_party WHERE code LIKE $$T%$$');
    thenItSucceeded(await load(backup('folder.dump'), '--jobs', '4'));
    expect(await fingerprint(project)).toEqual(before);
    await thenOneCanRead();
  });

  test('into a database of another name, which did not exist', async () => {
    const before = await fingerprint(project);
    const live = await databasesOf(project);
    thenItSucceeded(await project.coog('db:load', backup('a.dump'), '--database', 'a b "q"', '--yes'));
    expect(await fingerprint(project), 'the live one is untouched').toEqual(before);
    expect(await databasesOf(project)).toEqual([...live, 'a b "q"'].sort());
    expect(await sql(project, 'a b "q"', 'SELECT count(*) > 5000 FROM party_party')).toEqual(['t']);
  });
});

describe('what is refused', () => {
  test.each([
    ['is missing', 'BACKUP_MISSING', undefined],
    ['is empty', 'BACKUP_EMPTY', ''],
    ['is a page of the web', 'BACKUP_NOT_RECOGNISED', '<!doctype html><html><body>404</body></html>'],
  ])('a file that %s', async (_, code, content) => {
    const before = await fingerprint(project);
    const running = ids(await project.containers());
    const file = backup(`bad-${code}`);
    if (content !== undefined) await writeFile(file, content);

    theProblem(await load(file), 2, code);

    expect(await fingerprint(project)).toEqual(before);
    expect(ids(await project.containers())).toEqual(running);
  });

  test('a backup in which one bit is flipped', async () => {
    const data = await readFile(backup('a.dump'));
    const at = Math.floor(data.length / 2);
    data[at] = (data[at] ?? 0) ^ 4;
    await writeFile(backup('flipped.dump'), data);
    await writeFile(backup('flipped.dump.manifest.json'), await readFile(backup('a.dump.manifest.json')));
    theProblem(await load(backup('flipped.dump')), 2, 'BACKUP_DAMAGED');
  });

  test('a backup that was made with another passphrase', async () => {
    const path = backup('a.dump.manifest.json');
    const manifest = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(backup('other.dump'), await readFile(backup('a.dump')));
    await writeFile(
      `${backup('other.dump')}.manifest.json`,
      JSON.stringify({ ...manifest, passphraseFingerprint: 'scrypt:00' }),
    );
    const problem = theProblem(await load(backup('other.dump')), 2, 'PASSPHRASE_DIFFERS');
    expect(problem.next).toContain('COOG_PASSPHRASE');
  });

  test('anything that destroys, without a terminal and without --yes', async () => {
    theProblem(await project.coog('db:load', backup('a.dump'), '--json'), 2, 'CONFIRMATION_NEEDED');
    theProblem(await project.coog('db:undo', '--json'), 2, 'CONFIRMATION_NEEDED');
    theProblem(await project.coog('db:reset', '--json'), 2, 'CONFIRMATION_NEEDED');
    theProblem(await project.coog('db:reset', '--yes', '--json'), 2, 'PASSWORD_NEEDED');
    theProblem(await project.coog('db:change-admin-password', '--json'), 2, 'PASSWORD_NEEDED');
  });

  test('a target that exists', async () => {
    theProblem(await project.coog('db:dump', backup('a.dump'), '--json'), 2, 'BACKUP_EXISTS');
  });

  test('a second operation while one is under way: it names who works there', async () => {
    const first = project.start('db:load', backup('a.dump'), '--yes');
    await during(
      first,
      until('the load to be under way', () => first.output().includes('Reading')),
    );
    const [problem] = thenItTold(await load(backup('a.dump')), 2, ['PROJECT_LOCKED']);
    expect(problem?.detail).toMatch(new RegExp(`^coog db:load .* process ${first.pid} on `));
    thenItSucceeded(await first.ended);
  });
});

test('db:update updates a copy and swaps it in; db:snapshot keeps and restores', async () => {
  thenItSucceeded(await project.coog('db:snapshot:create', 'before-update'));
  const before = await fingerprint(project);

  thenItSucceeded(await project.coog('db:update', 'party'));
  const id = await givenAParty('after the update');
  await thenCoogAnswers('after the update', id);

  thenItSucceeded(await project.coog('db:snapshot:restore', 'before-update', '--yes'));
  expect(await fingerprint(project)).toEqual(before);
  await thenOneCanRead();
  thenItSucceeded(await project.coog('db:snapshot:drop', 'before-update', '--yes'));
});

test('an update that fails leaves the database as it was, and its users in it', async () => {
  const before = await fingerprint(project);
  const failed = theProblem(await project.coog('db:update', 'no_such_module', '--json'), 1, 'DB_ADMIN_FAILED');
  expect(failed.detail).toContain('no_such_module');
  expect(await fingerprint(project)).toEqual(before);
  await logInAsAdmin(project);
});

test('db:reset makes a new Coog with the given password; undo brings the old one back', async () => {
  const before = await fingerprint(project);
  const password = `p@ss:w/ord$#%'"\\ é${randomBytes(4).toString('hex')}`;
  const watching = watchArguments([password, ...demo.secrets]);

  thenItSucceeded(await runCoog(['db:reset', '--yes', '--password-file', '-'], { ...project, input: `${password}\n` }));

  const { looks, seen } = await watching.stop();
  expect(looks).toBeGreaterThan(10);
  expect(seen, 'a password stood in an argument list').toEqual([]);
  expect((await logIn(await serverOf(project), 'admin', password)).userId).toBeGreaterThan(0);
  thenItSucceeded(await project.coog('db:undo', '--yes'));
  expect(await fingerprint(project)).toEqual(before);
  await thenOneCanRead();
});

test("the administrator's password is changed without a terminal", async () => {
  const changed = await runCoog(['db:change-admin-password', '--password-file', '-'], {
    ...project,
    input: 'another one\n',
  });
  thenItSucceeded(changed);
  expect((await logIn(await serverOf(project), 'admin', 'another one')).userId).toBeGreaterThan(0);
  const back = await project.value('DEMO_ADMIN_PASSWORD');
  thenItSucceeded(
    await runCoog(['db:change-admin-password', '--password-file', '-'], { ...project, input: `${back}\n` }),
  );
});

test('db:verify --deep restores into a scratch database, records it, and leaves nothing', async () => {
  const databases = await databasesOf(project);
  thenItSucceeded(await project.coog('db:verify', backup('a.dump'), '--deep'));
  expect(await databasesOf(project)).toEqual(databases);
  const { backups } = jsonOf<{ backups: { name: string; verified: string }[] }>(
    await project.coog('db:list', '--json'),
  );
  expect(backups.find(({ name }) => name === 'a.dump')?.verified).toBe('deep');
});

test('backups are for their owner alone, and pruning keeps the last verified one', async () => {
  expect((await stat(backup('a.dump'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(project.folder, 'backups'))).mode & 0o777).toBe(0o700);
  const args = [
    'db:prune',
    '--keep-last',
    '1',
    '--keep-daily',
    '0',
    '--keep-weekly',
    '0',
    '--keep-monthly',
    '0',
    '--json',
  ];
  const { items } = jsonOf<{ items: { name: string; kept: boolean }[] }>(await project.coog(...args));
  expect(items.some(({ kept }) => !kept)).toBe(true);
  expect(await readdir(join(project.folder, 'backups')), 'nothing was removed without --yes').toContain('a.dump');
  thenItSucceeded(await project.coog(...args, '--yes'));
  const { backups } = jsonOf<{ backups: { verified: string }[] }>(await project.coog('db:list', '--json'));
  expect(backups.filter(({ verified }) => ['read', 'deep'].includes(verified))).not.toEqual([]);
});
