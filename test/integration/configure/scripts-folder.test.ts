import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { composeModel, environmentOf } from '../../support/compose-model.ts';
import { COMPOSES } from '../../support/composes.ts';
import { fixture, installedCoog } from '../../support/coog.ts';
import { contentsOf } from '../../support/folder.ts';
import { git } from '../../support/git.ts';

const stock = ['env.base', 'bin', 'docker-compose.yml', 'compose/back', 'compose/database', 'defaults', '.gitignore'];

/** A folder that the scripts served: their checkout, with everything of the user's that their manual knows. */
async function scriptsFolder(options: { git: boolean }): Promise<string> {
  const folder = await fixture('scripts-folder');
  await rename(join(folder, 'gitignore'), join(folder, '.gitignore'));
  if (!options.git) return folder;
  await git(folder, 'init', '--quiet');
  await git(folder, 'add', '--', ...stock);
  await git(folder, 'commit', '--quiet', '--message', 'the scripts');
  return folder;
}

const withoutGit = (files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !path.startsWith('.git/')));

describe.each([
  ['a checkout', { git: true }],
  ['a copy without git', { git: false }],
])('a folder of the scripts, %s', (_, options) => {
  it('is configured as it is, and no file of the user’s changes', async () => {
    const folder = await scriptsFolder(options);
    const coog = await installedCoog();
    const before = withoutGit(await contentsOf(folder));
    const first = await coog.run(folder, ['configure']);
    expect(first.exitCode, first.stderr).toBe(0);
    const after = withoutGit(await contentsOf(folder));
    for (const [path, content] of Object.entries(before)) if (path !== '.env') expect(after[path], path).toBe(content);
    const aside = Object.keys(after).filter((path) => path.startsWith('.env.before-coog-'));
    expect(aside.map((path) => after[path])).toEqual([before['.env']]);
    const added = Object.keys(after).filter((path) => !(path in before) && !aside.includes(path));
    expect(added.filter((path) => !/^(coog\.|defaults\/|custom\/env\/[a-z0-9-]+\.env$)/.test(path))).toEqual([]);
    expect((await coog.run(folder, ['configure', '--check'])).exitCode).toBe(0);
  });

  it.each(COMPOSES)('means the same to Compose %s', async (version) => {
    const folder = await scriptsFolder(options);
    const ran = await (await installedCoog()).run(folder, ['configure']);
    expect(ran.exitCode, ran.stderr).toBe(0);
    const model = await composeModel(version, folder);
    const names = Object.keys(model.services);
    expect(names).toEqual(expect.arrayContaining(['coog', 'jaeger', 'metrics', 'postgres', 'rabbitmq']));
    for (const absent of ['cron', 'back-common', 'app-b2c', 'sftp']) expect(names).not.toContain(absent);
    const { coog, jaeger, metrics, postgres, rabbitmq } = model.services;
    expect(coog?.image).toBe('cooghub/coog:coog-2.13.2134');
    expect(coog?.logging).toEqual({ driver: 'json-file', options: { 'max-size': '10m' } });
    expect(postgres?.logging).toMatchObject({ driver: 'local', options: { 'max-size': '100m', 'max-file': '5' } });
    expect(jaeger?.logging).toEqual(postgres?.logging);
    expect(coog?.labels).toMatchObject({
      'traefik.http.routers.coog.rule': expect.stringMatching(/^Host\(`[^`]+`\) \|\| Host\(`1\.2\.3\.4`\)$/),
      'traefik.http.routers.coog.entrypoints': 'http',
    });
    expect(metrics?.image).toBe('metrics:v1');
    expect(JSON.stringify(jaeger?.volumes)).toContain('/coog/demo/jaeger');
    expect(JSON.stringify(rabbitmq?.ports)).toMatch(/15672/);
    const environment = environmentOf(model, 'coog');
    expect(environment).toMatchObject({
      TRYTOND_OPENTELEMETRY__ENABLED: '1',
      TRYTOND_OPENTELEMETRY__OTLP_ENDPOINT: 'http://jaeger:4318/v1/traces',
      COOG_DB_PASSWORD: 'postgres-of-old',
    });
    expect(environment.MINE).toBe('root');
  });
});
