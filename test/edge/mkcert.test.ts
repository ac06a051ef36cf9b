import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { jsonOf, thenItSucceeded } from '../support/e2e/outcome.ts';
import { givenEmptyFolder } from '../support/e2e/project.ts';

test('certs:create with a real mkcert: its authority vouches for the certificate', async () => {
  const project = await givenEmptyFolder({ compose: '2.26' });
  thenItSucceeded(await project.coog('init', '.', '--yes', '--coog-version', '1', '--hostname', 'coog.example.org'));

  const created = jsonOf<{ by: string; authority: string }>(await project.coog('certs:create', '--json'));

  const authority = new X509Certificate(await readFile(created.authority, 'utf8'));
  const certificate = new X509Certificate(await project.read('defaults/traefik/certs/cert.pem'));
  expect([created.by, authority.subject]).toEqual(['mkcert', expect.stringContaining('mkcert')]);
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.checkHost('coog.example.org')).toBe('coog.example.org');
});
