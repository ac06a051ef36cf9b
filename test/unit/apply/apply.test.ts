import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan, comparePlan, isDrift } from '../../../src/apply/index.ts';
import { generatedComposeFile, lockFile, type Plan } from '../../../src/plan/index.ts';
import { contentsOf, writeFiles } from '../../support/folder.ts';
import { goodPlan, planFiles } from '../../support/planning.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const apply = (plan: Plan) => applyPlan(plan, now);
const read = (plan: Plan, path: string) => readFile(join(plan.folder, path), 'utf8');
const modeOf = async (plan: Plan, path: string) => (await stat(join(plan.folder, path))).mode & 0o777;
const driftOf = async (plan: Plan) =>
  Object.fromEntries((await comparePlan(plan)).filter(isDrift).map((c) => [c.file.path, c.state]));

/** A project that was configured. */
async function configured(files = {}): Promise<Plan> {
  const plan = await goodPlan(files);
  await apply(plan);
  return plan;
}

/** The plan of the same folder after its env.custom grew. */
async function changed(plan: Plan, lines: string): Promise<Plan> {
  await writeFile(join(plan.folder, 'env.custom'), `${await read(plan, 'env.custom')}${lines}\n`);
  return goodPlan({}, { folder: plan.folder });
}

async function timesOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true });
  const stats = await Promise.all(entries.map((entry) => stat(join(folder, entry))));
  return Object.fromEntries(entries.map((entry, i) => [entry, `${stats[i]?.mtimeMs} ${stats[i]?.ino}`]));
}

describe('applying a plan', () => {
  it('writes everything the first time and nothing the second time', async () => {
    const plan = await goodPlan();
    const first = await apply(plan);
    expect(first.written).toEqual(expect.arrayContaining(['.env', generatedComposeFile, lockFile]));
    expect(first.keptAside).toEqual([]);
    const times = await timesOf(plan.folder);
    const second = await apply(await goodPlan({}, { folder: plan.folder }));
    expect(second).toMatchObject({ written: [], keptAside: [], protected: [] });
    expect(await timesOf(plan.folder)).toEqual(times);
    expect(await driftOf(plan)).toEqual({});
  });

  it('leaves the files of the user alone', async () => {
    const files = { 'override.yml': 'services: {}\n', 'notes.txt': 'mine', 'env/celery.env': 'A=1\n' };
    const plan = await configured(files);
    expect(await contentsOf(plan.folder)).toMatchObject(files);
  });

  it('writes what is outdated, and only that', async () => {
    const plan = await changed(await configured(), 'COOG_SERVER_WORKERS=7');
    expect(await driftOf(plan)).toEqual({ '.env': 'outdated' });
    const { written, keptAside } = await apply(plan);
    expect([written, keptAside]).toEqual([['.env'], []]);
    expect(await read(plan, '.env')).toContain('\nCOOG_SERVER_WORKERS=7\n');
  });

  it('makes a missing file again', async () => {
    const plan = await configured();
    await rm(join(plan.folder, generatedComposeFile));
    expect(await driftOf(plan)).toEqual({ [generatedComposeFile]: 'missing' });
    expect((await apply(plan)).written).toEqual([generatedComposeFile]);
  });

  it('only looks when it compares', async () => {
    const plan = await goodPlan();
    const before = await contentsOf(plan.folder);
    expect(Object.values(await driftOf(plan))).toContain('missing');
    expect(await contentsOf(plan.folder)).toEqual(before);
  });

  it.each([['{'], ['[]'], ['null'], ['{"format":2,"files":{}}'], ['{"format":1}']])(
    'repairs a lock that says %j and knows of nothing earlier',
    async (lock) => {
      const plan = await configured();
      await writeFile(join(plan.folder, lockFile), lock);
      expect((await apply(plan)).written).toEqual([lockFile]);
    },
  );
});

describe('a file that is not as coog wrote it', () => {
  const stamp = '20260102T030405Z';

  it.each([
    ['.env', (text: string) => text.replace('\n', '\nMINE=1\n')],
    ['.env', (text: string) => `${text}MINE=1\n`],
    ['.env', (text: string) => `${text}\nMINE=1\n`],
    [generatedComposeFile, (text: string) => `${text}# mine\n`],
  ])('%s, edited by hand, is kept aside byte for byte', async (path, edit) => {
    const plan = await configured();
    const wanted = await read(plan, path);
    const edited = edit(wanted);
    await writeFile(join(plan.folder, path), edited);
    expect((await driftOf(plan))[path]).toBe('edited');
    const { keptAside, written } = await apply(plan);
    expect(keptAside).toEqual([{ path, as: `${path}.edited-${stamp}` }]);
    expect(written).toEqual([path]);
    expect(await read(plan, path)).toBe(wanted);
    expect(await read(plan, `${path}.edited-${stamp}`)).toBe(edited);
    expect(await modeOf(plan, `${path}.edited-${stamp}`)).toBe(0o600);
  });

  it('was there before coog: a .env of the scripts, in any encoding', async () => {
    const plan = await goodPlan();
    const bytes = Buffer.from('PASSW=caf\xe9\r\n\0', 'latin1');
    await writeFile(join(plan.folder, '.env'), bytes);
    const { keptAside } = await apply(plan);
    expect(keptAside).toEqual([{ path: '.env', as: `.env.before-coog-${stamp}` }]);
    expect((await readFile(join(plan.folder, `.env.before-coog-${stamp}`))).equals(bytes)).toBe(true);
  });

  it('is kept once more under another name when the second is the same', async () => {
    const plan = await configured();
    for (const text of ['first\n', 'second\n', 'third\n']) {
      await writeFile(join(plan.folder, '.env'), text);
      await apply(plan);
    }
    const kept = Object.entries(await contentsOf(plan.folder)).filter(([name]) => name.includes('before-coog'));
    expect(kept.map(([, text]) => text).sort()).toEqual(['first\n', 'second\n', 'third\n']);
  });

  it('is the lock: it holds nothing of the user', async () => {
    const plan = await configured();
    await writeFile(join(plan.folder, lockFile), '{"format":1,"files":{}}');
    expect((await apply(plan)).keptAside).toEqual([]);
  });

  it('is a default file: it stays as the user has it', async () => {
    const plan = await configured();
    const managed = plan.files.find((f) => f.kind === 'managed');
    if (!managed) throw new Error('the core has no default file');
    await writeFile(join(plan.folder, managed.path), '# mine\n');
    expect(await driftOf(plan)).toEqual({});
    expect(await apply(plan)).toMatchObject({ written: [], keptAside: [] });
    expect(await read(plan, managed.path)).toBe('# mine\n');
  });

  it('is an env file of a service: it is made once and never touched', async () => {
    const plan = await configured();
    const initial = plan.files.find((f) => f.kind === 'initial');
    if (!initial) throw new Error('the core has no initial file');
    await writeFile(join(plan.folder, initial.path), '');
    await chmod(join(plan.folder, initial.path), 0o644);
    expect(await apply(plan)).toMatchObject({ written: [], protected: [] });
    expect(await read(plan, initial.path)).toBe('');
  });
});

describe('rights', () => {
  it.each([0o000, 0o022, 0o077])('of .env are the owner’s alone under umask %o', async (umask) => {
    const plan = await goodPlan();
    const before = process.umask(umask);
    try {
      await apply(plan);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(plan, '.env')).toBe(0o600);
    expect(await modeOf(plan, generatedComposeFile)).toBe(0o644);
  });

  it('of a .env that others could read are narrowed, whether its content changes or not', async () => {
    const plan = await configured();
    await chmod(join(plan.folder, '.env'), 0o644);
    expect((await comparePlan(plan)).filter((c) => c.exposed).map((c) => c.file.path)).toEqual(['.env']);
    expect(await apply(plan)).toMatchObject({ written: [], protected: ['.env'] });
    expect(await modeOf(plan, '.env')).toBe(0o600);
    const later = await changed(plan, 'COOG_SERVER_WORKERS=7');
    await chmod(join(plan.folder, '.env'), 0o664);
    await apply(later);
    expect(await modeOf(plan, '.env')).toBe(0o600);
  });
});

describe('what lies in the way', () => {
  it.each(['.env', generatedComposeFile, lockFile])('a folder named %s is told, nothing is written', async (path) => {
    const plan = await goodPlan();
    await mkdir(join(plan.folder, path));
    const before = await contentsOf(plan.folder);
    await expect(apply(plan)).rejects.toMatchObject({
      problems: [{ code: 'FILE_IN_THE_WAY', place: { file: join(plan.folder, path) } }],
    });
    expect(await contentsOf(plan.folder)).toEqual(before);
  });

  it('a file where a folder must be: nothing is written, the way out is told', async () => {
    const plan = await goodPlan();
    const inside = plan.files.find((f) => f.kind !== 'folder' && f.path.includes('/'));
    const parent = inside?.path.split('/')[0] ?? '';
    await writeFile(join(plan.folder, parent), 'a file');
    const before = await contentsOf(plan.folder);
    await expect(apply(plan)).rejects.toMatchObject({
      exitCode: 1,
      problems: [{ code: 'FILE_NOT_WRITABLE', title: expect.stringContaining('none was changed') }],
    });
    expect(await contentsOf(plan.folder)).toEqual(before);
  });

  it('a symbolic link to .env is followed and stays', async () => {
    const plan = await configured();
    await writeFiles(plan.folder, { 'secrets/env': await read(plan, '.env') });
    await rm(join(plan.folder, '.env'));
    await symlink('secrets/env', join(plan.folder, '.env'));
    await apply(await changed(plan, 'COOG_SERVER_WORKERS=7'));
    expect(await read(plan, 'secrets/env')).toContain('\nCOOG_SERVER_WORKERS=7\n');
    expect((await readdir(plan.folder, { withFileTypes: true })).find((e) => e.name === '.env')?.isSymbolicLink()).toBe(
      true,
    );
  });

  it('a failure in the middle leaves all files as before, and no copy aside', async () => {
    const plan = await configured();
    await writeFile(join(plan.folder, '.env'), 'FOREIGN=1\n');
    const next = await changed(plan, 'COOG_SERVER_WORKERS=7');
    const before = await contentsOf(plan.folder);
    const broken: Plan = {
      ...next,
      files: [...next.files, { path: `${'x'.repeat(300)}`, content: '', mode: 0o644, kind: 'generated' }],
    };
    await expect(apply(broken)).rejects.toMatchObject({ problems: [{ code: 'FILE_NOT_WRITABLE' }] });
    expect(await contentsOf(plan.folder)).toEqual(before);
  });

  it('temporary files of a killed run go, in every folder, those of a running one stay', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await once(child, 'exit');
    const plan = await configured();
    const deep = plan.files.find((f) => f.kind === 'managed' && f.path.includes('/'))?.path;
    const dead = ['.env', 'coog.lock.before', deep].map((name) => `${name}.${child.pid}.coog-tmp`);
    const alive = ['.env', deep].map((name) => `${name}.${process.ppid}.coog-tmp`);
    await writeFiles(plan.folder, Object.fromEntries([...dead, ...alive].map((name) => [name, 'x'])));
    await apply(await changed(plan, 'COOG_SERVER_WORKERS=7'));
    const left = Object.keys(await contentsOf(plan.folder)).filter((name) => name.endsWith('.coog-tmp'));
    expect(left.sort()).toEqual(alive.sort());
  });
});

it('does not plan, and so does not write, while something is wrong', async () => {
  const { plan } = await planFiles({ 'env.custom': 'A=$(id)\n' });
  expect(plan).toBeUndefined();
});
