import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { installedCoog, write } from '../../support/coog.ts';
import { contentsOf, type Files, folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

const project = (files: Files = {}) => folderWith({ 'env.custom': minimal, ...files });
const broken = { 'env.custom': minimal.replace(/^(JWT|FILESYSTEM).*\n/gm, ''), disabled_services: 'back/crons\n' };

describe('coog configure', () => {
  it('writes nothing the second time', async () => {
    const [folder, coog] = [await project(), await installedCoog()];
    expect(await coog.run(folder, ['configure'])).toMatchObject({ exitCode: 0, stderr: '' });
    const before = await contentsOf(folder);
    expect(await coog.run(folder, ['configure'])).toMatchObject({ exitCode: 0, stdout: 'demo: nothing to change' });
    expect(await contentsOf(folder)).toEqual(before);
    expect((await stat(join(folder, '.env'))).mode & 0o777).toBe(0o600);
  });

  it.each([[[]], [['--check']]])('tells everything that is wrong, exits 2 and writes nothing (%j)', async (args) => {
    const [folder, coog] = [await project(broken), await installedCoog()];
    const before = await contentsOf(folder);
    const { exitCode, stdout, stderr } = await coog.run(folder, ['configure', ...args]);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    for (const code of ['VARIABLE_MISSING', 'DISABLED_SERVICE_UNKNOWN']) expect(stderr).toContain(`(${code})`);
    expect(stderr).toContain('disabled_services:1');
    expect(stderr).toContain('did you mean back/cron?');
    expect(await contentsOf(folder)).toEqual(before);
  });

  it('is refused outside of a project', async () => {
    const { exitCode, stderr } = await (await installedCoog()).run(await folderWith({}), ['configure']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('NO_PROJECT');
  });

  it('keeps what a person changed by hand, and says where', async () => {
    const [folder, coog] = [await project(), await installedCoog()];
    await coog.run(folder, ['configure']);
    const { '.env': env } = await contentsOf(folder);
    await write(folder, '.env', `${env}MINE=1\n`);
    await write(folder, 'coog.generated.yml', 'services: {}\n');
    const { exitCode, stderr } = await coog.run(folder, ['configure']);
    expect(exitCode).toBe(0);
    const files = await contentsOf(folder);
    const [aside, generated] = ['.env.edited-', 'coog.generated.yml.edited-'].map((start) =>
      Object.keys(files).find((path) => path.startsWith(start)),
    );
    expect(files[aside ?? '']).toBe(`${env}MINE=1\n`);
    expect(files[generated ?? '']).toBe('services: {}\n');
    expect(stderr).toContain(aside);
    expect(files['.env']).toBe(env);
  });
});

describe('coog configure --check', () => {
  it('exits 3 and shows what differs until it is configured, then 0', async () => {
    const [folder, coog] = [await project(), await installedCoog()];
    const before = await contentsOf(folder);
    const first = await coog.run(folder, ['configure', '--check']);
    expect(first).toMatchObject({ exitCode: 3 });
    expect(first.stdout).toContain('.env: missing');
    expect(await contentsOf(folder)).toEqual(before);
    await coog.run(folder, ['configure']);
    expect(await coog.run(folder, ['configure', '--check'])).toMatchObject({ exitCode: 0, stdout: 'up to date' });
  });

  it('masks secrets in what differs', async () => {
    const [folder, coog] = [await project(), await installedCoog()];
    await coog.run(folder, ['configure']);
    await write(folder, 'env.custom', `${minimal}CUSTOM_POSTGRES_PASSWORD=canary-1\nCUSTOM_COOG_TIMEZONE=Asia/Tokyo\n`);
    const { exitCode, stdout, stderr } = await coog.run(folder, ['configure', '--check']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('+COOG_TIMEZONE=Asia/Tokyo');
    expect(stdout).toContain('POSTGRES_PASSWORD');
    expect(stdout + stderr).not.toMatch(/canary-1|pg-secret/);
  });

  it('finds a .env that others can read', async () => {
    const [folder, coog] = [await project(), await installedCoog()];
    await coog.run(folder, ['configure']);
    await chmod(join(folder, '.env'), 0o644);
    const { exitCode, stdout } = await coog.run(folder, ['configure', '--check']);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('.env: same, readable by others');
  });
});

describe('--json', () => {
  it.each([
    ['done', {}, ['configure'], 0],
    ['drift', {}, ['configure', '--check'], 3],
    ['refused', broken, ['configure'], 2],
    ['wrong usage', {}, ['configure', '--nonsense'], 2],
    ['a warning', { 'override.yml': 'services: {coog: {labels: ["a=${NOBODY}"]}}' }, ['configure'], 0],
  ])('is exactly one document on standard output: %s', async (_, files: Files, args, code) => {
    const ran = await (await installedCoog()).run(await project(files), [...args, '--json']);
    expect(ran.exitCode).toBe(code);
    expect(() => JSON.parse(ran.stdout)).not.toThrow();
    if (code === 2) expect(ran.stderr).toBe('');
  });

  it('holds every problem with its code, place and next step', async () => {
    const ran = await (await installedCoog()).run(await project(broken), ['configure', '--json']);
    const { problems } = JSON.parse(ran.stdout) as {
      problems: { code: string; severity: string; place?: object; next?: string }[];
    };
    expect(problems.map((p) => p.code).sort()).toEqual([
      'DISABLED_SERVICE_UNKNOWN',
      'VARIABLE_MISSING',
      'VARIABLE_MISSING',
    ]);
    expect(problems.every((p) => p.severity === 'error' && p.next !== undefined)).toBe(true);
    expect(problems).toContainEqual(expect.objectContaining({ place: { file: 'disabled_services', line: 1 } }));
  });
});

describe('what a person reads', () => {
  it.each([
    ['written', {}, ['configure']],
    ['drift', {}, ['configure', '--check']],
    ['refused', broken, ['configure']],
    ['help', {}, ['configure', '--help']],
  ])('fits into 80 columns: %s', async (_, files: Files, args) => {
    const { stdout, stderr } = await (await installedCoog()).run(await project(files), args);
    const wide = `${stdout}\n${stderr}`.split('\n').filter((line) => line.length > 80);
    expect(wide).toEqual([]);
  });
});
