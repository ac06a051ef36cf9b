import { describe, expect, it } from 'vitest';
import { composeModel, environmentOf } from '../../support/compose-model.ts';
import { COMPOSES } from '../../support/composes.ts';
import { installedCoog, linkedB2c } from '../../support/coog.ts';
import { type Files, folderWith } from '../../support/folder.ts';
import { type ComposeModel, minimal } from '../../support/planning.ts';

/** Configures a folder of these files with the real program. */
async function configured(files: Files, plugins = [] as (typeof linkedB2c)[], environment = {}): Promise<string> {
  const folder = await folderWith({ 'env.custom': minimal, ...files });
  const ran = await (await installedCoog(plugins)).run(folder, ['configure'], environment);
  expect(ran.exitCode, ran.stderr).toBe(0);
  return folder;
}

const waitsOf = (model: ComposeModel, service: string) =>
  (model.services[service]?.depends_on ?? {}) as Record<string, { condition: string }>;
const names = (model: ComposeModel) => Object.keys(model.services).sort();
const hostsOf = (hosts: unknown): string[] =>
  Array.isArray(hosts) ? hosts.map(String) : Object.entries(hosts ?? {}).map(([k, v]) => `${k}=${v}`);

const nasty = `p$a#s's "q" \\ %@:/?é \${X} $$ & =`;
const quoted = `'${nasty.replaceAll("'", `'\\''`)}'`;

describe.each(COMPOSES)('what Compose %s reads of', (version) => {
  const read = (folder: string) => composeModel(version, folder);

  it('a minimal project', async () => {
    const model = await read(await configured({}));
    expect(names(model)).toEqual(expect.arrayContaining(['coog', 'postgres', 'postgres-init', 'reverse-proxy', 'web']));
    expect(names(model)).not.toContain('sftp');
    expect(names(model).filter((name) => /b2c|common/.test(name))).toEqual([]);
    for (const name of names(model))
      for (const [other, { condition }] of Object.entries(waitsOf(model, name)))
        expect(condition, `${name} → ${other}`).toMatch(/^service_(healthy|completed_successfully)$/);
  });

  it('a project with only the back office', async () => {
    const groups = [
      'api/api_v1',
      'api/api_v2',
      'api/b2b-config',
      'api/gateway',
      'api/identity-manager',
      'api/referential',
    ];
    const rest = [
      'front/portal',
      'proxy/reverse-proxy',
      'database/mongo',
      'database/redis',
      'back/bus',
      'back/unoconv',
    ];
    const model = await read(await configured({ disabled_services: [...groups, ...rest].join('\n') }));
    expect(names(model)).toEqual([
      'celery',
      'celery-indexes',
      'coog',
      'cron',
      'init',
      'postgres',
      'postgres-init',
      'rabbitmq',
    ]);
  });

  it('a project with b2c and sftp', async () => {
    const model = await read(
      await configured(
        { 'env.custom': `${minimal}ENABLE_SFTP=1\nCUSTOM_SFTP_PASSWORD=s3\nCUSTOM_POSTGRES_B2C_PASSWORD=b2c\n` },
        [linkedB2c],
      ),
    );
    expect(names(model)).toEqual(expect.arrayContaining(['sftp', 'app-b2c', 'b2c-front', 'b2c-back', 'b2c-back-init']));
    expect(waitsOf(model, 'b2c-back')).toMatchObject({
      'b2c-back-init': { condition: 'service_completed_successfully' },
    });
  });

  it('a project with external databases', async () => {
    const env = 'CUSTOM_POSTGRES_HOST=db.example.org\nCUSTOM_MONGO_HOST=mongo.example.org\n';
    const model = await read(
      await configured({ 'env.custom': minimal + env, disabled_services: 'database/postgres\ndatabase/mongo\n' }),
    );
    expect(names(model)).not.toContain('postgres');
    expect(names(model)).toContain('postgres-init');
    expect(waitsOf(model, 'postgres-init')).toEqual({});
    expect(environmentOf(model, 'coog').TRYTOND_DATABASE__URI).toContain('@db.example.org:');
    expect(environmentOf(model, 'web').COOG_API_MONGODB_URI).toContain('@mongo.example.org:');
  });

  it('nasty secrets: unchanged in an environment, encoded in a URI', async () => {
    const env = ['POSTGRES', 'MONGO', 'RABBITMQ'].map((name) => `CUSTOM_${name}_PASSWORD=${quoted}\n`).join('');
    const model = await read(await configured({ 'env.custom': minimal + env }));
    const coog = environmentOf(model, 'coog');
    expect(coog.COOG_DB_PASSWORD).toBe(nasty);
    expect(environmentOf(model, 'postgres').POSTGRES_PASSWORD).toBe(nasty);
    expect(environmentOf(model, 'mongo').MONGO_INITDB_ROOT_PASSWORD).toBe(nasty);
    for (const uri of [
      coog.TRYTOND_DATABASE__URI,
      coog.TRYTOND_ASYNC_CELERY,
      environmentOf(model, 'web').COOG_API_MONGODB_URI,
    ])
      expect(decodeURIComponent(new URL(uri ?? '').password)).toBe(nasty);
  });

  it("the user's own: their logging wins (fault 6), hosts reach them, paths may have anything in them", async () => {
    const folder = await configured({
      'env.custom': `${minimal}ENABLE_HOST_NETWORK_INTEGRATION=1\nMY_TAG='1#2'\n`,
      'custom/compose/common/a:b c.yml': 'services: {a: {image: "x", environment: {T: "${MY_TAG}"}}}\n',
      'custom/compose/logs.yml':
        'services: {logs: {image: x, logging: {driver: syslog}, extra_hosts: ["other:1.2.3.4"]}}\n',
      'override.yml': 'services: {coog: {logging: {driver: json-file}}, cron: {logging: {options: {max-size: 1m}}}}\n',
      'custom/override.yml': '# nothing yet\n',
    });
    const { services } = await read(folder);
    expect(services.coog?.logging).toEqual({ driver: 'json-file' });
    expect(services.cron?.logging).toMatchObject({ driver: 'local', options: { 'max-size': '1m', 'max-file': '5' } });
    expect(services.logs?.logging).toEqual({ driver: 'syslog' });
    expect(services.a?.logging).toMatchObject({ driver: 'local' });
    for (const [name, { extra_hosts }] of Object.entries(services))
      expect(hostsOf(extra_hosts).join(' '), name).toMatch(/host\.docker\.internal[:=]host-gateway/);
    expect(hostsOf(services.logs?.extra_hosts).join(' ')).toMatch(/other[:=]1\.2\.3\.4/);
    expect(environmentOf({ services }, 'a').T).toBe('1#2');
  });

  it('a project whose user replaces services and templates', async () => {
    const folder = await configured({
      'compose/database/postgres.yml': 'services: {postgres: {image: "mine:1", networks: [backend]}}\n',
      'compose/back/common.yml': 'services: {back-common: {image: "mine:2", networks: [backend]}}\n',
    });
    const model = await read(folder);
    expect(model.services.postgres?.image).toBe('mine:1');
    expect(model.services.coog?.image).toBe('mine:2');
    expect(names(model)).not.toContain('back-common');
    expect(waitsOf(model, 'postgres-init')).toEqual({
      postgres: expect.objectContaining({ condition: 'service_started' }),
    });
  });
});

describe('what the shell exports', () => {
  const exported = {
    POSTGRES_PASSWORD: 'from-the-shell',
    POSTGRES_HOST: 'from-the-shell',
    COMPOSE_FILE: '/nowhere.yml',
    COMPOSE_PROJECT_NAME: 'from-the-shell',
    IMAGE_VERSION_COOG: 'from-the-shell',
    MY_TAG: 'from-the-shell',
  };
  const files = { 'env.custom': `${minimal}MY_TAG=mine\n`, 'compose/a.yml': 'services: {a: {image: "x:${MY_TAG}"}}\n' };

  it('changes nothing of what is written', async () => {
    const { contentsOf } = await import('../../support/folder.ts');
    const plain = await contentsOf(await configured(files));
    expect(await contentsOf(await configured(files, [], exported))).toEqual(plain);
  });

  it.each(COMPOSES)('changes nothing of what Compose %s reads on the way of coog', async (version) => {
    const folder = await configured(files);
    const { engineEnvironment } = await import('../../../src/engine/environment.ts');
    const passed = engineEnvironment({ ...process.env, ...exported }, folder);
    expect(await composeModel(version, folder, passed)).toEqual(await composeModel(version, folder));
  });
});
