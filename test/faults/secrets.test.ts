import { readFile, rm, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { filesBelow } from '../support/e2e/files.ts';
import { docker } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';
import { filesWithSecrets, holds } from '../support/e2e/secrets.ts';
import { copyOfBackup, flipped } from '../support/faults/archives.ts';
import { whileWatching } from '../support/faults/watch.ts';
import { givenWorld, PASSWORD } from '../support/faults/world.ts';

const world = givenWorld({ size: 'large' });
const ADMIN_PASSWORD = 'adm1n "of" Coog\'s $HOME \\';
const PASSPHRASE = 'correct horse battery staple';
const secrets = [PASSWORD, ADMIN_PASSWORD, PASSPHRASE];

beforeEach(async () => {
  await world.changed();
  await writeFile(world.file('admin'), `${ADMIN_PASSWORD}\n`, { mode: 0o600 });
});

const commands: Record<string, () => string[]> = {
  'db:dump': () => ['db:dump', world.file('secret.dump')],
  'db:load': () => ['db:load', world.backup, '--yes'],
  'db:verify --deep': () => ['db:verify', world.backup, '--deep'],
  'db:list': () => ['db:list'],
  'db:reset': () => ['db:reset', '--yes', '--password-file', world.file('admin')],
  'db:change-admin-password': () => ['db:change-admin-password', '--password-file', world.file('admin')],
};

describe.each(Object.entries(commands))('coog %s', (command, words) => {
  test('shows no secret in an argument list, an environment, a container, its output or a file', async () => {
    const record = world.file('../home/record');
    let output = '';
    const watched = await whileWatching({ secrets, record, project: world.project.name }, async () => {
      const ended = await world.coog(...words(), '--json');
      output = ended.stdout + ended.stderr;
      thenItSucceeded(ended);
    });
    await rm(record);
    await rm(world.file('admin'));

    expect(watched.looks).toBeGreaterThan(10);
    const isOwn = (cgroup: string) => watched.own.some((id) => cgroup.includes(id));
    expect(watched.seen.filter(({ file, cgroup }) => file === 'cmdline' || !isOwn(cgroup))).toEqual([]);
    expect(watched.seen.filter(({ shown }) => shown.includes(ADMIN_PASSWORD))).toEqual([]);
    expect(watched.clients.filter((text) => holds(text, secrets))).toEqual([]);
    expect(holds(output, secrets)).toBe(false);
    const files = await filesWithSecrets(world.project.folder, secrets);
    expect(files).toEqual(['.env', 'env.custom']);
    const beside = (await filesBelow(world.file('.'))).filter(({ path }) => path.endsWith('.json'));
    for (const { content } of beside) expect(holds(content.toString(), secrets)).toBe(false);
    expect((await filesBelow(world.file('../tmp'))).map(({ path }) => path)).toEqual([]);
    await world.removeFiles('secret.dump');
    if (command === 'db:reset') thenItSucceeded(await world.coog('db:undo', '--yes'));
  });
});

test('the server’s log and its list of sessions hold none of them', async () => {
  const { id } = await world.project.container('postgres');
  expect(holds(await docker('logs', id), secrets)).toBe(false);
});

test('a failure of pg_restore tells none of them, nor a row of the database', async () => {
  const file = await copyOfBackup(world, 'telling.dump', {
    data: (data) => flipped(data, data.length * 4),
    manifest: 'none',
  });
  const ended = await world.coog('db:load', file, '--yes');
  expect(holds(ended.stdout + ended.stderr, [...secrets, 'Müller'])).toBe(false);
  await rm(file);
});

test('with DEBUG, a failure tells none of them either', async () => {
  const ended = await world.project.with({ DEBUG: '*' }).coog('db:load', world.file('nobody.dump'), '--yes');
  expect(ended.exitCode).toBe(2);
  expect(holds(ended.stdout + ended.stderr, secrets)).toBe(false);
});

test('the manifest of a backup holds a fingerprint of the passphrase and not the passphrase', async () => {
  const manifest = await readFile(`${world.backup}.manifest.json`, 'utf8');
  expect(holds(manifest, secrets)).toBe(false);
  expect(JSON.parse(manifest).passphraseFingerprint).toMatch(/^scrypt:/);
});
