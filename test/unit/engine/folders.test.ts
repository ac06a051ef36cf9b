import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFolders, createFolders, type PlannedFolder, planFolders } from '../../../src/engine/index.ts';
import { mayWrite } from '../../../src/engine/preflight/folders.ts';
import { planBinds } from '../../../src/engine/preflight/plan-folders.ts';
import { model } from './make.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'coog-folders-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const bind = (source: string, target = '/data', readOnly = false) => ({ source, target, readOnly });
const who = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
const planned = (path: string, more: Partial<PlannedFolder> = {}): PlannedFolder => ({
  path,
  uid: undefined,
  gid: undefined,
  services: ['back'],
  readOnly: false,
  ...more,
});

test('the plan: data folders with their owner, each once', () => {
  const services = {
    back: { user: '1003:1003', binds: [bind('/srv/coog/data'), bind('/srv/coog/tmp')] },
    nginx: { binds: [bind('/srv/coog/data', '/usr/share', true), bind('/etc/localtime', '/etc/localtime', true)] },
    db: { user: 'postgres', binds: [bind('/mnt/pg', '/var/lib/postgresql/data')] },
    solo: { user: '70', binds: [bind('/srv/coog/solo/')] },
  };
  expect(planFolders(model(services), ['/srv/coog', '/mnt/pg', ''])).toEqual([
    planned('/mnt/pg', { services: ['db'] }),
    planned('/srv/coog/data', { uid: 1003, gid: 1003, services: ['back', 'nginx'] }),
    planned('/srv/coog/solo', { uid: 70, gid: 0, services: ['solo'] }),
    planned('/srv/coog/tmp', { uid: 1003, gid: 1003 }),
  ]);
});

test('who writes decides about the owner, whatever the order', () => {
  const reader = { user: '101:101', binds: [bind('/srv/d', '/d', true)] };
  const writer = { user: '1003:1003', binds: [bind('/srv/d')] };
  expect(planFolders(model({ a: reader, b: writer }), ['/srv'])).toMatchObject([{ uid: 1003, readOnly: false }]);
  expect(planFolders(model({ a: writer, b: reader }), ['/srv'])).toMatchObject([{ uid: 1003, readOnly: false }]);
});

test.each([
  ['/srv/x.conf', '/etc/x.conf', 'file'],
  ['/srv/settings', '/etc/settings.yml', 'file'],
  ['/srv/init.d', '/docker-entrypoint-initdb.d', 'folder'],
  ['/srv/example.com', '/data', 'folder'],
  ['/srv/data.env', '/data', 'root'],
  ['/srvx/data', '/data', 'outside'],
])('%s at %s is a %s', (source, target, kind) => {
  const plan = planBinds(model({ a: { binds: [bind(source, target)] } }), ['/srv', '/srv/data.env']);
  expect(plan.folders).toHaveLength(kind === 'folder' || kind === 'root' ? 1 : 0);
  expect(plan.existing).toHaveLength(kind === 'folder' || kind === 'root' ? 0 : 1);
});

test.each([
  [{ uid: 1003, gid: 0, mode: 0o40700 }, true],
  [{ uid: 0, gid: 1003, mode: 0o40770 }, true],
  [{ uid: 0, gid: 0, mode: 0o40777 }, true],
  [{ uid: 0, gid: 0, mode: 0o40755 }, false],
  [{ uid: 1003, gid: 0, mode: 0o40577 }, false],
  [{ uid: 0, gid: 1003, mode: 0o40720 }, false],
])('%j is writable for 1003:1003: %s', (found, expected) => {
  expect(mayWrite(found, 1003, 1003)).toBe(expected);
  expect(mayWrite(found, 0, 0)).toBe(true);
});

test('a folder of another owner, a file in its place, a file that is missing', async () => {
  await mkdir(join(root, 'data'));
  await chmod(join(root, 'data'), 0o755);
  await writeFile(join(root, 'taken'), '');
  const services = {
    back: { user: '1003:1003', binds: [bind(join(root, 'data')), bind(join(root, 'taken'))] },
    reader: { user: '1004:1004', binds: [bind(join(root, 'data'), '/d', true)] },
    web: { binds: [bind(join(root, 'web.conf'), '/etc/web.conf')] },
  };
  const problems = await checkFolders(model(services), { roots: [root], ...who });
  expect(problems).toMatchObject([
    {
      code: 'FOLDER_NOT_WRITABLE',
      next: `sudo chown 1003:1003 ${join(root, 'data')}`,
      place: { file: join(root, 'data') },
    },
    { code: 'FOLDER_IS_FILE' },
    { code: 'BIND_SOURCE_MISSING', detail: expect.stringContaining('web.') },
  ]);
});

test('a missing folder: root makes it, others are told how', async () => {
  const path = join(root, 'a/b c');
  const services = { back: { user: '1003:1003', binds: [bind(path)] } };
  const check = (uid: number) => checkFolders(model(services), { roots: [root], uid, gid: uid });
  expect(await check(0)).toEqual([]);
  expect(await check(1003)).toEqual([]);
  expect(await check(1000)).toMatchObject([
    { code: 'FOLDER_NOT_CREATABLE', next: `sudo install -d -o 1003 -g 1003 '${path}'` },
  ]);
});

test('a parent that is a file', async () => {
  await writeFile(join(root, 'file'), '');
  const services = { back: { binds: [bind(join(root, 'file/data'))] } };
  expect(await checkFolders(model(services), { roots: [root], ...who })).toMatchObject([
    { code: 'FOLDER_NOT_CREATABLE', detail: expect.stringContaining(`${join(root, 'file')} is a file`) },
  ]);
});

test('creating: what is missing, with its owner; a second time nothing', async () => {
  const owner = who.uid === 0 ? { uid: 1003, gid: 1003 } : who;
  const plan = [planned(join(root, 'x/data'), owner), planned(join(root, 'y'))];
  expect(await createFolders(plan, who)).toEqual([join(root, 'x/data'), join(root, 'y')]);
  expect(await stat(join(root, 'x/data'))).toMatchObject(owner);
  expect((await stat(join(root, 'x'))).uid).toBe(who.uid);
  expect(await createFolders(plan, who)).toEqual([]);
});

test('nothing is made when one cannot be', async () => {
  const plan = [planned(join(root, 'fine')), planned(join(root, 'theirs'), { uid: 1003, gid: 1003 })];
  await expect(createFolders(plan, { uid: 1000, gid: 1000 })).rejects.toMatchObject({
    problems: [{ code: 'FOLDER_NOT_CREATABLE' }],
    exitCode: 2,
  });
  await expect(stat(join(root, 'fine'))).rejects.toMatchObject({ code: 'ENOENT' });
});
