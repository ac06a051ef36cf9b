import { chmod, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Change, changeVariables, generateSecret } from '../../../src/settings/index.ts';
import { ProblemError } from '../../../src/shared/problem.ts';
import { contentsOf, type Files, folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';
import { b2c, core, fakeHook } from '../../support/plugins.ts';

interface Options {
  readonly file?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A project with these files, and how to change its variables. */
async function project(files: Files = { 'env.custom': minimal }) {
  const folder = await folderWith(files);
  const runHook = await fakeHook([b2c]);
  const change = (changes: Readonly<Record<string, string | undefined>>, options: Options = {}) => {
    const request = { folder, environment: options.environment ?? {}, runHook, cli: core, without: new Set<string>() };
    const list: Change[] = Object.entries(changes).map(([name, value]) => ({ name, value }));
    return changeVariables(request, list, options.file ?? 'env.custom');
  };
  return { folder, change, text: (path = 'env.custom') => readFile(join(folder, path), 'utf8') };
}

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => expect.unreachable('it was not refused'),
    (e: unknown) => e,
  );
  if (!(error instanceof ProblemError)) throw error;
  return error;
};

describe('changeVariables', () => {
  it('sets and unsets, and keeps every other byte', async () => {
    const { change, text } = await project({
      'env.custom': `# mine\n${minimal}\n  export COOG_SERVER_WORKERS=1 # few\n`,
    });
    expect(
      await change({ COOG_SERVER_WORKERS: '4', COOG_CELERY_WORKERS: '2', CUSTOM_MONGO_PASSWORD: undefined }),
    ).toEqual({
      file: 'env.custom',
      names: ['COOG_SERVER_WORKERS', 'COOG_CELERY_WORKERS', 'CUSTOM_MONGO_PASSWORD'],
      changed: true,
      notes: [],
    });
    expect(await text()).toBe(
      `# mine\n${minimal.replace('CUSTOM_MONGO_PASSWORD=mongo-secret\n', '')}\n  export COOG_SERVER_WORKERS=4 # few\nCOOG_CELERY_WORKERS=2\n`,
    );
  });

  it('makes the file, readable by its owner alone, and the folder custom too', async () => {
    const { folder, change, text } = await project({ 'custom/': '' });
    await change({ COOG_SERVER_WORKERS: '4' }, { file: 'custom/env.custom' });
    expect(await text('custom/env.custom')).toBe('COOG_SERVER_WORKERS=4\n');
    expect((await stat(join(folder, 'custom/env.custom'))).mode & 0o777).toBe(0o600);
  });

  it('keeps the rights of the file', async () => {
    const { folder, change } = await project();
    await chmod(join(folder, 'env.custom'), 0o640);
    await change({ COOG_SERVER_WORKERS: '4' });
    expect((await stat(join(folder, 'env.custom'))).mode & 0o777).toBe(0o640);
  });

  it('writes nothing when nothing changes', async () => {
    const { folder, change } = await project();
    await utimes(join(folder, 'env.custom'), 1, 1);
    expect(await change({ COMPOSE_PROJECT_NAME: 'demo', COOG_PASSPHRASE: undefined })).toMatchObject({
      changed: false,
    });
    expect((await stat(join(folder, 'env.custom'))).mtimeMs).toBe(1000);
  });

  it('takes a final name for the one that is set, and says so', async () => {
    const { change, text } = await project();
    const { names, notes } = await change({ POSTGRES_HOST: 'db.example.org' });
    expect(names).toEqual(['CUSTOM_POSTGRES_HOST']);
    expect(notes.map((n) => n.code)).toEqual(['VARIABLE_RENAMED']);
    expect(await text()).toContain('\nCUSTOM_POSTGRES_HOST=db.example.org\n');
  });

  it('sets variables of plugins, and of the user where their files know them', async () => {
    const { change, text } = await project({
      'env.custom': `${minimal}MINE=1\n`,
      'custom/env.custom': 'SHARED=1\n',
      'override.yml': 'services: {s: {image: "x:${SHARED}"}}',
    });
    await change({ CUSTOM_POSTGRES_B2C_DB: 'strapi2', MINE: '2', SHARED: '3' });
    expect(await text()).toBe(`${minimal}MINE=2\nCUSTOM_POSTGRES_B2C_DB=strapi2\nSHARED=3\n`);
    expect(await text('custom/env.custom')).toBe('SHARED=1\n');
  });

  it.each<[string, Record<string, string | undefined>, string, string | undefined]>([
    ['an unknown name', { PROJECT_HOSTNAMES: 'x' }, 'VARIABLE_UNKNOWN', 'did you mean PROJECT_HOSTNAME?'],
    ['a name that is none', { 'A-B': 'x' }, 'VARIABLE_NAME_INVALID', undefined],
    ['a name that would be a pattern', { 'A.*': 'x' }, 'VARIABLE_NAME_INVALID', undefined],
    ['a name of several lines', { 'A=1\nB': 'x' }, 'VARIABLE_NAME_INVALID', undefined],
    ['a computed one', { BASE_URL: 'http://x' }, 'VARIABLE_NOT_SETTABLE', 'coog config:explain BASE_URL'],
    ['a value that does not fit', { CUSTOM_POSTGRES_PORT: 'x' }, 'VALUE_INVALID', undefined],
    ['a control character', { JWT_ENCRYPTION: 'a\u0007b' }, 'VALUE_INVALID', undefined],
    ['bytes that were no text', { JWT_ENCRYPTION: 'a\uFFFDb' }, 'ENV_FILE_ENCODING', undefined],
    [
      'one wrong of three',
      { COOG_SERVER_WORKERS: '4', CUSTOM_SFTP_PORT: '0', COOG_LOG_LEVEL: 'INFO' },
      'VALUE_INVALID',
      undefined,
    ],
  ])('refuses %s, and touches neither bytes nor times', async (_, changes, code, next) => {
    const { folder, change } = await project();
    await utimes(join(folder, 'env.custom'), 1, 1);
    const before = await contentsOf(folder);
    const { problems, exitCode } = await refusal(change(changes));
    expect(problems.map((p) => p.code)).toEqual([code]);
    if (next) expect(problems[0]?.next).toBe(next);
    expect(exitCode).toBe(2);
    expect(await contentsOf(folder)).toEqual(before);
    expect((await stat(join(folder, 'env.custom'))).mtimeMs).toBe(1000);
  });

  it('refuses all wrong names at once', async () => {
    const { change } = await project();
    const { problems } = await refusal(change({ NOPE_A: '1', NOPE_B: '2', BASE_URL: '3' }));
    expect(problems.map((p) => p.code)).toEqual(['VARIABLE_UNKNOWN', 'VARIABLE_UNKNOWN', 'VARIABLE_NOT_SETTABLE']);
  });

  it('never tells a secret that it refuses', async () => {
    const { change } = await project();
    const { problems } = await refusal(change({ JWT_ENCRYPTION: 'C4NARY\u0001' }));
    expect(JSON.stringify(problems)).not.toContain('C4NARY');
  });

  it('repairs a project that is broken elsewhere, and does not mend what it was not asked for', async () => {
    const { change, text } = await project({ 'env.custom': `${minimal}CUSTOM_SFTP_PORT=x\nB=$(id)\n` });
    await change({ COOG_SERVER_WORKERS: '4' });
    expect(await text()).toBe(`${minimal}CUSTOM_SFTP_PORT=x\nB=$(id)\nCOOG_SERVER_WORKERS=4\n`);
    const { problems } = await refusal(change({ CUSTOM_SFTP_PORT: 'y' }));
    expect(problems.map((p) => p.code)).toEqual(['VALUE_INVALID']);
    await change({ CUSTOM_SFTP_PORT: '2223' });
    expect(await text()).toContain('\nCUSTOM_SFTP_PORT=2223\n');
  });

  it('takes out a required variable: that is what was asked for', async () => {
    const { change, text } = await project();
    await change({ JWT_ENCRYPTION: undefined });
    expect(await text()).not.toContain('JWT_ENCRYPTION');
  });

  it('says when what it wrote has no effect, and where the stronger value stands', async () => {
    const { change } = await project({
      'env.custom': `${minimal}CUSTOM_COOG_TMP_VOLUME=/a\nCOOG_LOG_LEVEL=INFO\n`,
      'custom/': '',
    });
    const { notes } = await change({ COOG_TMP: '/b' });
    expect(notes).toMatchObject([
      { code: 'VARIABLE_SHADOWED', severity: 'warning', place: { file: 'env.custom', line: 8 } },
    ]);
    const shared = await change({ COOG_LOG_LEVEL: 'DEBUG', COOG_SERVER_WORKERS: '2' }, { file: 'custom/env.custom' });
    expect(shared.notes.map((n) => n.title)).toEqual([
      'COOG_LOG_LEVEL in custom/env.custom has no effect: COOG_LOG_LEVEL in env.custom wins',
    ]);
    const stronger = await change({ COOG_SERVER_WORKERS: '3' }, { environment: { COOG_SERVER_WORKERS: '9' } });
    expect(stronger.notes).toEqual([]);
  });

  it('does not damage a file in another encoding', async () => {
    const { folder, change } = await project();
    const bytes = Buffer.from(`# caf\xe9\n${minimal}`, 'latin1');
    await writeFile(join(folder, 'env.custom'), bytes);
    const { problems } = await refusal(change({ COOG_SERVER_WORKERS: '4' }));
    expect(problems.map((p) => p.code)).toEqual(['ENV_FILE_ENCODING']);
    expect((await readFile(join(folder, 'env.custom'))).equals(bytes)).toBe(true);
  });

  it('keeps a byte order mark and CRLF', async () => {
    const { change, text } = await project({ 'env.custom': `\uFEFF${minimal.replaceAll('\n', '\r\n')}` });
    await change({ COMPOSE_PROJECT_NAME: 'uat', COOG_SERVER_WORKERS: '4' });
    expect(await text()).toBe(
      `\uFEFF${minimal.replace('NAME=demo', 'NAME=uat').replaceAll('\n', '\r\n')}COOG_SERVER_WORKERS=4\r\n`,
    );
  });

  it('sweeps up what a killed change left behind, for it holds secrets', async () => {
    const { folder, change } = await project({
      'env.custom': minimal,
      'env.custom.99999999.coog-tmp': 'JWT_ENCRYPTION=x',
    });
    await change({ COOG_SERVER_WORKERS: '4' });
    expect(await readdir(folder)).toEqual(['env.custom']);
  });
});

it('a generated secret is 256 bits that no quoting can hurt, and never the same', () => {
  const secrets = Array.from({ length: 100 }, generateSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
});
