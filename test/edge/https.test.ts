import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_DEADLINE } from '../support/e2e/demo.ts';
import { jsonOf, thenItSucceeded, theProblem } from '../support/e2e/outcome.ts';
import { until } from '../support/e2e/until.ts';
import { type Edge, sharedEdge } from '../support/edge/world.ts';

/** One story on the running edge: each test goes on from where the one before it stopped. */
let edge: Edge;
let envCustom: string;
beforeAll(async () => {
  edge = await sharedEdge();
  envCustom = await edge.project.read('env.custom');
}, DEMO_DEADLINE);

afterAll(async () => {
  await edge.project.write({ 'env.custom': envCustom });
  thenItSucceeded(await edge.project.coog('up', '-d'));
}, DEMO_DEADLINE);

interface Created {
  readonly authority: string;
  readonly restarted: boolean;
  readonly certificate: { readonly fingerprint: string };
}
interface Shown {
  readonly file?: { readonly fingerprint: string };
  readonly served?: { readonly certificate: { readonly fingerprint: string; readonly names: readonly string[] } };
  readonly problems: readonly { readonly code: string }[];
}

const pathOnly = { scheme: 'https', path: '/gateway/secure' } as const;

test('without a certificate the proxy serves one of its own, and https is not enabled', async () => {
  const shown = jsonOf<Shown>(await edge.project.coog('certs:show', '--json'));
  expect(shown.file).toBeUndefined();
  expect(shown.served?.certificate.names.join()).toContain('traefik');
  expect(shown.problems.map(({ code }) => code)).toEqual(['CERT_MISSING']);
  theProblem(await edge.project.coog('certs:enable', '--yes', '--json'), 2, 'CERT_MISSING');
});

test('certs:create: from then on the running proxy serves a certificate that its authority vouches for', async () => {
  const created = jsonOf<Created>(await edge.project.coog('certs:create', '--json'));
  expect(created.restarted).toBe(true);

  const authority = await readFile(created.authority, 'utf8');
  const { service } = await edge.echo({ ...pathOnly, authority });
  expect(service).toBe('gateway');
  const shown = jsonOf<Shown>(await edge.project.coog('certs:show', '--json'));
  expect(shown.served?.certificate.fingerprint).toBe(created.certificate.fingerprint);
  expect([shown.served?.certificate.names, shown.problems]).toEqual([[edge.hostname], []]);
});

test('certs:enable --dry-run says what would change, and nothing does', async () => {
  const dry = await edge.project.coog('certs:enable', '--dry-run');
  thenItSucceeded(dry);
  expect(dry.stderr).toContain('MAIN_URL_SCHEME: http → https');
  expect(dry.stderr).toMatch(/CORS_WHITELIST: http:.* → https:/);
  expect(dry.stderr).toMatch(/made anew: .*reverse-proxy/);
  expect(await edge.project.read('env.custom')).toBe(envCustom);
  expect((await edge.ask({ scheme: 'http', path: '/gateway/plain' })).status).toBe(200);
});

test('without a terminal and without --yes it refuses', async () => {
  theProblem(await edge.project.coog('certs:enable', '--json'), 2, 'CONFIRMATION_NEEDED');
  expect(await edge.project.read('env.custom')).toBe(envCustom);
});

test('certs:enable: HTTP is redirected to the port of HTTPS, and the services know their new address', async () => {
  thenItSucceeded(await edge.project.coog('certs:enable', '--yes'));

  const baseUrl = await edge.project.value('BASE_URL');
  const { status, headers } = await until('HTTP is redirected', async () => {
    const answer = await edge.ask({ scheme: 'http', path: '/gateway/plain?x=1' });
    return answer.status !== 404 && answer;
  });
  expect(baseUrl).toMatch(/^https:/);
  expect([status, headers.location]).toEqual([302, `${baseUrl}/gateway/plain?x=1`]);
  const { environment } = await edge.project.container('gateway');
  expect(environment).toMatchObject({ COOG_GATEWAY_URL: `${baseUrl}/gateway`, WHITELIST: baseUrl });
  expect((await edge.echo(pathOnly)).service).toBe('gateway');
});

test('certs:enable has nothing to do the second time', async () => {
  const again = await edge.project.coog('certs:enable', '--yes');
  thenItSucceeded(again);
  expect(again.stderr).toContain('https is the scheme of this project already');
});

test('REDIRECT_TO_HTTPS=0: HTTP is served, for what ends TLS before the proxy', async () => {
  thenItSucceeded(await edge.project.coog('config:set', 'REDIRECT_TO_HTTPS=0'));
  thenItSucceeded(await edge.project.coog('up', '-d'));
  expect((await edge.echo({ scheme: 'http', path: '/gateway/behind' })).service).toBe('gateway');
});

test('certs:install refuses a pair for another host; the one that is served stays', async () => {
  const before = jsonOf<Shown>(await edge.project.coog('certs:show', '--json'));
  const pair = ['cert.pem', 'key.pem'].map((name) => join(edge.project.folder, 'defaults/traefik/certs', name));
  thenItSucceeded(await edge.project.coog('config:set', 'PROJECT_HOSTNAME=other.example.org'));
  theProblem(await edge.project.coog('certs:install', ...pair, '--json'), 2, 'CERT_HOST_MISMATCH');
  thenItSucceeded(await edge.project.coog('config:set', `PROJECT_HOSTNAME=${edge.hostname}`));
  expect(jsonOf<Shown>(await edge.project.coog('certs:show', '--json')).served).toEqual(before.served);
});
