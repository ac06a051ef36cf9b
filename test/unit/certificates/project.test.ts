import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createCertificate,
  enableHttps,
  installCertificate,
  showCertificate,
} from '../../../src/certificates/index.ts';
import { isWarning, type Problem, ProblemError } from '../../../src/shared/problem.ts';
import { type Issued, issue, issueAuthority } from '../../support/certificates.ts';
import { CERTS, type CertificateProject, givenCertificateProject } from '../../support/certificates-project.ts';
import { codes } from '../../support/planning.ts';

const host = 'coog.example.org';

async function refusal(work: Promise<unknown>): Promise<readonly Problem[]> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProblemError)) throw new Error('it was not refused', { cause: error });
  expect(error.exitCode).toBe(2);
  return error.problems.filter((problem) => !isWarning(problem));
}

async function install(project: CertificateProject, { certificate, key }: Issued) {
  await project.write({ 'new/cert.pem': certificate, 'new/key.pem': key });
  const paths = { certificate: project.path('new/cert.pem'), key: project.path('new/key.pem') };
  return installCertificate(paths, project.context);
}

describe('certs:install', () => {
  it('refuses what does not fit, with all that is wrong, and leaves what was there', async () => {
    const project = await givenCertificateProject();
    const wrong = await issue({ names: ['www.example.org'], until: new Date('2026-01-01') });
    await install(project, await issue({ names: [host] }));
    const before = await project.certificates();

    const problems = await refusal(install(project, { ...wrong, key: (await issue()).key }));

    expect(codes(problems)).toEqual(['CERT_HOST_MISMATCH', 'CERT_EXPIRED', 'CERT_KEY_MISMATCH']);
    expect(await project.certificates()).toEqual(before);
  });

  it('refuses files that are not there', async () => {
    const project = await givenCertificateProject();
    const paths = { certificate: project.path('none.pem'), key: project.path('none.key') };
    expect(codes(await refusal(installCertificate(paths, project.context)))).toEqual(['CERT_MISSING']);
    expect(await project.certificates()).toEqual([]);
  });

  it('writes the pair for its owner alone, and keeps the one before aside', async () => {
    const project = await givenCertificateProject();
    const [first, second] = [await issue({ names: [host] }), await issue({ names: [host] })];
    expect((await install(project, first)).kept).toEqual([]);

    const { kept, files, restarted } = await install(project, second);

    expect(files).toEqual([`${CERTS}/cert.pem`, `${CERTS}/key.pem`]);
    expect(restarted).toBe(false);
    expect(await project.read(`${CERTS}/cert.pem`)).toBe(second.certificate);
    expect(await project.read(`${CERTS}/key.pem`)).toBe(second.key);
    expect(await Promise.all(kept.map(project.read))).toEqual([first.certificate, first.key]);
    expect((await project.certificates()).filter((line) => !line.endsWith(' 600'))).toEqual([]);
  });

  it('goes where the project’s configuration of the proxy is', async () => {
    const project = await givenCertificateProject('TRAEFIK_CONFIGURATION_FOLDER=./edge\n');
    expect((await install(project, await issue({ names: [host] }))).files).toEqual([
      'edge/certs/cert.pem',
      'edge/certs/key.pem',
    ]);
  });
});

describe('certs:create', () => {
  it('makes a pair that its authority vouches for, and the authority once', async () => {
    const project = await givenCertificateProject();
    const first = await createCertificate({ replace: false }, project.context);
    const authority = await readFile(first.authority, 'utf8');
    const again = await createCertificate({ replace: true }, project.context);

    const [ca, server] = [new X509Certificate(authority), new X509Certificate(await project.read(`${CERTS}/cert.pem`))];
    expect(first.by).toBe('coog');
    expect(server.verify(ca.publicKey)).toBe(true);
    expect([server.checkHost(host), server.ca, ca.ca]).toEqual([host, false, true]);
    expect(again.certificate.issuer).toBe(first.certificate.issuer);
    expect(again.certificate.fingerprint).not.toBe(first.certificate.fingerprint);
    expect(again.kept).toHaveLength(2);
    expect((await project.certificates()).filter((line) => !line.endsWith(' 600'))).toEqual([]);
  });

  it('does not replace one that fits unless it is told to', async () => {
    const project = await givenCertificateProject();
    const bought = await issue({ names: [host], by: await issueAuthority('A Certificate Authority') });
    await install(project, bought);
    const [problem] = await refusal(createCertificate({ replace: false }, project.context));
    expect(problem).toMatchObject({ code: 'CERT_EXISTS', title: expect.stringContaining('A Certificate Authority') });
    expect(await project.read(`${CERTS}/cert.pem`)).toBe(bought.certificate);
  });

  it('replaces one for another host, and one that ends soon', async () => {
    for (const options of [{ names: ['old.example.org'] }, { names: [host], until: new Date('2026-06-10') }]) {
      const project = await givenCertificateProject();
      const { certificate, key } = await issue(options);
      await project.write({ [`${CERTS}/cert.pem`]: certificate, [`${CERTS}/key.pem`]: key });
      expect((await createCertificate({ replace: false }, project.context)).kept).toHaveLength(2);
    }
  });

  it('makes the certificate itself where mkcert fails', async () => {
    const project = await givenCertificateProject('', { mkcert: '#!/bin/sh\n[ "$1" = -CAROOT ] || exit 1\n' });
    expect((await createCertificate({ replace: false }, project.context)).by).toBe('coog');
    expect(project.said.join()).toContain('mkcert');
  });
});

describe('certs:show', () => {
  it('tells what is served, and that it is another one than the project’s', async () => {
    const served = await issue({ names: [host], subject: 'served' });
    const server = createServer({ cert: served.certificate, key: served.key }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const project = await givenCertificateProject(`CUSTOM_TRAEFIK_HTTPS_PORT=${port}\n`);
    await install(project, await issue({ names: [host], subject: 'own' }));

    const report = await showCertificate(project.context);

    expect([report.file?.subject, report.served?.certificate.subject]).toEqual(['own', 'served']);
    expect(report.served?.certificate.daysLeft).toBe(365);
    expect(codes(report.problems)).toEqual(['CERT_NOT_SERVED']);
  });

  it('looks without failing where there is nothing', async () => {
    const project = await givenCertificateProject('CUSTOM_TRAEFIK_HTTPS_PORT=9\n');
    const report = await showCertificate(project.context);
    expect([report.file, report.served, codes(report.problems)]).toEqual([undefined, undefined, ['CERT_MISSING']]);
  });
});

describe('certs:enable', () => {
  const options = { letsencrypt: undefined, dryRun: false, timeout: 1000, confirm: () => Promise.resolve() };

  it('refuses without a certificate that fits, and changes nothing', async () => {
    const project = await givenCertificateProject();
    const before = await project.read('env.custom');
    expect(codes(await refusal(enableHttps(options, project.context)))).toEqual(['CERT_MISSING']);
    const { certificate, key } = await issue({ names: ['other.example.org'] });
    await project.write({ [`${CERTS}/cert.pem`]: certificate, [`${CERTS}/key.pem`]: key });
    expect(codes(await refusal(enableHttps(options, project.context)))).toEqual(['CERT_HOST_MISMATCH']);
    expect(await project.read('env.custom')).toBe(before);
  });

  it('says what changes, and changes nothing in a dry run', async () => {
    const project = await givenCertificateProject('CUSTOM_TRAEFIK_HTTPS_PORT=8443\n');
    await install(project, await issue({ names: [host] }));
    const before = await project.read('env.custom');

    const result = await enableHttps({ ...options, dryRun: true }, project.context);

    const changes = Object.fromEntries(result.changes.map((change) => [change.name, change.after]));
    expect(changes).toMatchObject({
      MAIN_URL_SCHEME: 'https',
      BASE_URL: `https://${host}:8443`,
      CORS_WHITELIST: `https://${host}:8443`,
      TRAEFIK_REDIRECT_TO: ':8443',
    });
    expect(result.services).toEqual(expect.arrayContaining(['coog', 'gateway', 'reverse-proxy']));
    expect(result).toMatchObject({ redirected: 80, started: false });
    expect(project.said.join('\n')).toContain(`BASE_URL: http://${host} → https://${host}:8443`);
    expect(await project.read('env.custom')).toBe(before);
  });

  it('asks, and a No changes nothing', async () => {
    const project = await givenCertificateProject();
    await install(project, await issue({ names: [host] }));
    const before = await project.read('env.custom');
    const no = () => Promise.reject(new ProblemError({ code: 'NOT_CONFIRMED', title: 'nothing was changed' }));
    await refusal(enableHttps({ ...options, confirm: no }, project.context));
    expect(await project.read('env.custom')).toBe(before);
  });

  it('writes one variable, and has nothing to change the second time', async () => {
    const project = await givenCertificateProject();
    await install(project, await issue({ names: [host] }));
    expect(await enableHttps(options, project.context)).toMatchObject({ written: 'env.custom', started: false });
    expect(await project.read('env.custom')).toMatch(/^MAIN_URL_SCHEME=https$/m);
    const again = await enableHttps(options, project.context);
    expect([again.changes, again.written]).toEqual([[], undefined]);
  });

  it('needs no file with Let’s Encrypt, which takes two variables', async () => {
    const project = await givenCertificateProject();
    await enableHttps({ ...options, letsencrypt: 'operator@example.org' }, project.context);
    const text = await project.read('env.custom');
    expect(text).toMatch(/^ENABLE_LETSENCRYPT=1$/m);
    expect(text).toMatch(/^LETSENCRYPT_EMAIL=operator@example.org$/m);
  });

  it.each([
    ['an address', `CUSTOM_GATEWAY_EXTERNAL_URL=http://${host}/gateway`],
    ['a list for CORS', `CORS_WHITELIST=http://${host},https://partner.example.org`],
    ['a list for CORS without the host', 'CORS_WHITELIST=https://partner.example.org'],
  ])('tells of %s that was set by hand and would be left behind', async (_, line) => {
    const project = await givenCertificateProject(`${line}\n`);
    await install(project, await issue({ names: [host] }));
    await enableHttps({ ...options, dryRun: true }, project.context);
    expect(codes(project.told)).toEqual(['HTTPS_LEFT_BEHIND']);
    expect(project.told[0]?.title).toContain(line.split('=')[0]?.replace('CUSTOM_', ''));
  });
});
