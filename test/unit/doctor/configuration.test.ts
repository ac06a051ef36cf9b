import { appendFile, chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { examined, findings } from '../../support/doctor.ts';
import { folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

describe('from the FAQ of the scripts', () => {
  test('a configuration that lacks what must be set: each variable, with the command that sets it', async () => {
    const env = minimal.replace(/^(IMAGE_VERSION_COOG|JWT_ENCRYPTION)=.*\n/gm, '');
    const found = await findings('required-variables', { files: { 'env.custom': env } });
    expect(found.map(({ severity, code, title }) => [severity, code, title.split(' ')[0]])).toEqual([
      ['error', 'VARIABLE_MISSING', 'IMAGE_VERSION_COOG'],
      ['error', 'VARIABLE_MISSING', 'JWT_ENCRYPTION'],
    ]);
    for (const { next } of found) expect(next).toMatch(/^coog config:set /);
  });

  test('a service of this machine, without host integration', async () => {
    const env = 'CUSTOM_COOG_INTERNAL_URL=http://host.docker.internal:8000\n';
    expect(await findings('host-services', { env })).toMatchObject([
      { severity: 'error', next: 'coog config:set ENABLE_HOST_NETWORK_INTEGRATION=1' },
    ]);
    expect(await findings('host-services', { env: `${env}ENABLE_HOST_NETWORK_INTEGRATION=1\n` })).toEqual([]);
  });

  test.each(['CUSTOM_COOG_INTERNAL_URL=http://localhost:8000', 'CUSTOM_POSTGRES_HOST=127.0.0.1'])(
    '%s, which in a container is the container',
    async (line) => {
      const found = await findings('host-services', { env: `${line}\n` });
      expect(found).toMatchObject([{ severity: 'error' }]);
      expect(found[0]?.next).toContain('host.docker.internal');
    },
  );

  test('a time zone that does not exist', async () => {
    const found = await findings('time-zone', { env: 'CUSTOM_COOG_TIMEZONE=Europe/Pariss\n' });
    expect(found).toMatchObject([{ severity: 'error', next: 'coog config:set CUSTOM_COOG_TIMEZONE=Europe/Paris' }]);
  });

  test('https without a certificate, which browsers get "Not allowed by CORS" from', async () => {
    const found = await findings('https', { env: 'MAIN_URL_SCHEME=https\n' });
    expect(found).toMatchObject([{ severity: 'warning', title: expect.stringContaining('CORS') }]);
    expect(found[0]?.next).toContain('coog certs:create');
    const files = { 'defaults/traefik/certs/cert.pem': 'x' };
    expect(await findings('https', { files })).toMatchObject([
      { severity: 'info', next: 'coog certs:enable' },
    ]);
    expect(await findings('https', {})).toEqual([]);
  });
});

describe('the configuration', () => {
  test('names in disabled_services, unknown variables and the rest, each by its own check', async () => {
    const only = ['disabled-services', 'unknown-variables', 'configuration', 'required-variables', 'plugins-fit'];
    const files = { disabled_services: 'front/portall\n' };
    const reports = await examined({ env: 'NO_SUCH=1\nCUSTOM_POSTGRES_PORT=none\n', files, only });
    const told = Object.entries(reports).map(([id, { status, findings: found }]) => [
      id,
      status,
      ...found.map((f) => f.code),
    ]);
    expect(Object.fromEntries(told.map(([id, ...rest]) => [id, rest]))).toEqual({
      'disabled-services': ['error', 'DISABLED_SERVICE_UNKNOWN'],
      'unknown-variables': ['warning', 'VARIABLE_UNKNOWN'],
      configuration: ['error', 'VALUE_INVALID'],
      'required-variables': ['ok'],
      'plugins-fit': ['ok'],
    });
  });

  test('values without effect, never a secret one', async () => {
    const found = await findings('shadowed-variables', {
      env: 'CUSTOM_COOG_TIMEZONE=Europe/Rome\n',
      files: { 'custom/env.custom': 'CUSTOM_COOG_TIMEZONE=Europe/Brussels\nCUSTOM_POSTGRES_PASSWORD=s3cret-of-old\n' },
    });
    expect(found.map(({ title }) => title.split(' ')[0]).sort()).toEqual(['COOG_TIMEZONE', 'POSTGRES_PASSWORD']);
    expect(found.find(({ title }) => title.startsWith('COOG_TIMEZONE'))).toMatchObject({
      title: expect.stringContaining('Europe/Rome'),
      evidence: 'custom/env.custom:1: Europe/Brussels',
      next: 'coog config:explain COOG_TIMEZONE',
    });
    expect(JSON.stringify(found)).not.toContain('s3cret');
    expect(JSON.stringify(found)).not.toContain('pg-secret');
  });
});

describe('secrets', () => {
  test('that everybody knows, or that are short; what is off does not count; no value is told', async () => {
    const env = 'COOG_PASSPHRASE=short-1\n';
    const reports = await examined({ env, only: ['default-secrets', 'weak-secrets', 'passphrase'] });
    const names = (id: string) => reports[id]?.findings.map(({ title }) => title.split(' ')[0]).sort();
    expect(names('default-secrets')).toEqual(['COOG_GATEWAY_TOKEN', 'JWT_ENCRYPTION', 'RABBITMQ_PASSWORD']);
    expect(names('weak-secrets')).toContain('COOG_PASSPHRASE');
    expect(names('weak-secrets')).not.toContain('SFTP_PASSWORD');
    expect(JSON.stringify(reports)).not.toMatch(/short-1|change_me|pg-secret/);
    expect(reports.passphrase?.status).toBe('ok');
  });

  test('in a file that others can read: told, and mended by taking their rights away', async () => {
    const folder = await folderWith({ 'env.custom': minimal });
    const path = join(folder, 'env.custom');
    await chmod(path, 0o644);
    const [found, ...none] = await findings('secret-files', { folder });
    expect(none).toEqual([]);
    expect(found).toMatchObject({ severity: 'warning', next: `chmod go-rwx ${path}` });
    await found?.fix?.mend();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await findings('secret-files', { folder })).toEqual([]);
  });
});

describe('generated files', () => {
  test('that are missing are told, and written by --fix; an edited one is left to its owner', async () => {
    const folder = await folderWith({ 'env.custom': minimal });
    const [found] = await findings('generated-files', { folder });
    expect(found).toMatchObject({ severity: 'warning', next: 'coog configure' });
    await found?.fix?.mend();
    expect(await findings('generated-files', { folder })).toEqual([]);

    await appendFile(join(folder, 'coog.generated.yml'), '# mine\n');
    const [edited] = await findings('generated-files', { folder });
    expect(edited?.evidence).toBe('coog.generated.yml: edited');
    expect(edited?.fix).toBeUndefined();
  });
});

describe('images', () => {
  test('that float, and those that nobody corrects any more', async () => {
    const now = new Date('2026-11-26');
    const env = 'IMAGE_VERSION_POSTGRES=12-alpine\nIMAGE_VERSION_REDIS=alpine\n';
    const reports = await examined({ env, now, only: ['floating-images', 'supported-images'] });
    expect(reports['floating-images']?.findings).toMatchObject([
      { title: expect.stringContaining('redis:alpine floats'), next: 'coog config:set IMAGE_VERSION_REDIS=VERSION' },
    ]);
    expect(reports['supported-images']?.findings.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^postgres 12 has got no corrections since 2024-11-21 \(/),
    ]);
  });
});

test('what needs the engine is skipped while there is none, which one check alone tells', async () => {
  const only = ['engine-reachable', 'engine-cpus', 'ports', 'services-run', 'database-reachable', 'generated-files'];
  const reports = await examined({ only });
  expect(reports['engine-reachable']).toMatchObject({ status: 'error', findings: [{ code: 'ENGINE_UNREACHABLE' }] });
  for (const id of ['engine-cpus', 'ports', 'services-run', 'database-reachable'])
    expect(reports[id], id).toMatchObject({ status: 'skipped', findings: [] });
  expect(reports['generated-files']).toMatchObject({ status: 'warning' });
});
