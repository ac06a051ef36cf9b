import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clientFor, connect, type TlsMode } from '../../../src/database/server/index.ts';
import { docker } from '../../../src/engine/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { externally, problemOf, sql, testServer } from './setup.ts';

const t = testServer();
const external = (mode: TlsMode, rootCertificate?: string) =>
  externally(t.server, { tls: { mode, ...(rootCertificate === undefined ? {} : { rootCertificate }) } });

let certificate = '';
let folder = '';

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeAll(async () => {
  certificate = await makeCertificate(t.server.host);
});

async function makeCertificate(address: string): Promise<string> {
  folder = await mkdtemp(join(tmpdir(), 'coogdb-tls-'));
  const at = (name: string): string => join(folder, name);
  await execa('openssl', [
    ...['req', '-new', '-x509', '-days', '2', '-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=coogdb'],
    ...['-addext', `subjectAltName=IP:${address},IP:127.0.0.1`, '-keyout', at('server.key'), '-out', at('server.crt')],
  ]);
  return at('server.crt');
}

/** Switches TLS on, and lets nobody in without. */
async function demandTls(): Promise<void> {
  const data = '/var/lib/postgresql/data';
  await docker(t.engine, ['cp', certificate, `${t.name}:${data}/server.crt`]);
  await docker(t.engine, ['cp', certificate.replace(/crt$/, 'key'), `${t.name}:${data}/server.key`]);
  await docker(t.engine, ['exec', t.name, 'chown', 'postgres:', `${data}/server.crt`, `${data}/server.key`]);
  await docker(t.engine, ['exec', t.name, 'chmod', '600', `${data}/server.key`]);
  await docker(t.engine, ['exec', t.name, 'sed', '-i', 's/^host /hostssl /', `${data}/pg_hba.conf`]);
  await sql(t.server, 'postgres', 'ALTER SYSTEM SET ssl = on', 'SELECT pg_reload_conf()');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
}

test('a server without TLS: prefer goes without, require is refused', async () => {
  await (await connect(external('prefer'), 'coog')).close();
  expect(await problemOf(connect(external('require'), 'coog'))).toMatchObject({
    code: 'DB_TLS_UNAVAILABLE',
    exitCode: 2,
  });
});

test('a server that demands TLS', async () => {
  await demandTls();
  const refused = await problemOf(connect(external('disable'), 'coog'));
  expect(refused).toMatchObject({ code: 'DB_TLS_REQUIRED', exitCode: 2 });
  expect(refused.text).toContain('POSTGRES_SSLMODE=require');
  for (const mode of ['allow', 'prefer', 'require'] as const) {
    const connection = await connect(external(mode), 'coog');
    expect(await connection.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([{ ssl: true }]);
    await connection.close();
  }
  expect(await problemOf(connect(external('verify-full'), 'coog'))).toMatchObject({
    code: 'DB_TLS_UNTRUSTED',
    exitCode: 2,
  });
  await (await connect(external('verify-full', certificate), 'coog')).close();
  await (await connect(external('verify-ca', certificate), 'coog')).close();
});

test('client programs take the same way', async () => {
  const folder = await temporaryFolder();
  const { createWriteStream } = await import('node:fs');
  for (const [mode, file] of [
    ['require', undefined],
    ['verify-full', certificate],
  ] as const) {
    const client = await clientFor(external(mode, file), t.engine, { serverVersion: 170000 });
    expect(client.kind).toBe('image');
    const output = createWriteStream(join(folder, mode));
    const result = await client.run('pg_dump', ['--format=custom'], { database: 'coog', output });
    output.end();
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
  }
  const plain = await clientFor(external('disable'), t.engine, { serverVersion: 170000 });
  expect(await plain.run('pg_dump', [], { database: 'coog' })).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('no encryption'),
  });
});
