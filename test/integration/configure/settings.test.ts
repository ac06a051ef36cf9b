import { chmod, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Coog, installedCoog } from '../../support/coog.ts';
import { folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

interface Settings {
  readonly folder: string;
  readonly run: (...args: string[]) => ReturnType<Coog['run']>;
  readonly read: (name: string) => Promise<string>;
}

async function givenSettings(files = {}): Promise<Settings> {
  const folder = await folderWith({ 'env.custom': minimal, ...files });
  await chmod(join(folder, 'env.custom'), 0o600);
  const coog = await installedCoog();
  return {
    folder,
    run: (...args) => coog.run(folder, args),
    read: (name) => readFile(join(folder, name), 'utf8'),
  };
}

describe('coog config:set --generate', () => {
  it('writes a secret of its own into the file, and nowhere else', async () => {
    const { folder, run, read } = await givenSettings();
    const set = await run('config:set', 'CUSTOM_POSTGRES_PASSWORD', 'CUSTOM_RABBITMQ_PASSWORD', '--generate');
    expect(set).toMatchObject({
      exitCode: 0,
      stdout: 'env.custom: set CUSTOM_POSTGRES_PASSWORD, CUSTOM_RABBITMQ_PASSWORD',
    });
    const secrets = [...(await read('env.custom')).matchAll(/^CUSTOM_\w+_PASSWORD=(\S{40,})$/gm)].map(([, s]) => s);
    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(set.stdout + set.stderr).not.toContain(secret);
    expect((await stat(join(folder, 'env.custom'))).mode & 0o777).toBe(0o600);
    const get = await run('config:get', 'POSTGRES_PASSWORD', '--reveal');
    expect(secrets).toContain(get.stdout);
  });

  it('takes no value beside it', async () => {
    const { run, read } = await givenSettings();
    const before = await read('env.custom');
    for (const words of [['CUSTOM_POSTGRES_PASSWORD=mine'], [], ['NO_SUCH_VARIABLE_HERE=']]) {
      const set = await run('config:set', ...words, '--generate');
      expect(set.exitCode, set.stdout + set.stderr).toBe(2);
      expect(await read('env.custom')).toBe(before);
    }
  });
});

describe('the layer of a team', () => {
  it('is written with --custom, is weaker, and gives its values back when they are unset', async () => {
    const { run, read } = await givenSettings({ 'custom/env.custom': '# ours\nCUSTOM_COOG_TIMEZONE=Asia/Tokyo\n' });
    expect((await run('config:set', '--custom', 'CUSTOM_COOG_TIMEZONE=Europe/Brussels')).exitCode).toBe(0);
    expect(await read('custom/env.custom')).toBe('# ours\nCUSTOM_COOG_TIMEZONE=Europe/Brussels\n');
    expect(await read('env.custom')).toBe(minimal);
    expect((await run('config:get', 'COOG_TIMEZONE')).stdout).toBe('Europe/Brussels');

    expect((await run('config:set', 'CUSTOM_COOG_TIMEZONE=Europe/Rome')).exitCode).toBe(0);
    expect((await run('config:get', 'COOG_TIMEZONE')).stdout).toBe('Europe/Rome');
    expect((await run('config:unset', 'CUSTOM_COOG_TIMEZONE')).exitCode).toBe(0);
    expect((await run('config:get', 'COOG_TIMEZONE')).stdout).toBe('Europe/Brussels');

    expect((await run('config:unset', '--custom', 'CUSTOM_COOG_TIMEZONE')).exitCode).toBe(0);
    expect(await read('custom/env.custom')).toBe('# ours\n');
    expect((await run('config:get', 'COOG_TIMEZONE')).stdout).toBe('Europe/Paris');
  });

  it('is made when there is none', async () => {
    const { run, read } = await givenSettings();
    expect((await run('config:set', '--custom', 'CUSTOM_COOG_TIMEZONE', 'Europe/Rome')).exitCode).toBe(0);
    expect(await read('custom/env.custom')).toContain('CUSTOM_COOG_TIMEZONE=Europe/Rome\n');
    expect((await run('config:get', 'COOG_TIMEZONE')).stdout).toBe('Europe/Rome');
  });
});
