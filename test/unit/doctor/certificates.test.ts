import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../../src/doctor/checks/certificates.ts';

let folder: string;
let certificate: string;
let key: string;
let otherKey: string;
const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const host = 'coog.example.org';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-test-'));
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90'];
  await execa('openssl', [...make, ...subject, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder });
  await execa('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'other.pem'], { cwd: folder });
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  [certificate, key, otherKey] = await Promise.all([read('cert.pem'), read('key.pem'), read('other.pem')]);
  return () => rm(folder, { recursive: true, force: true });
});

describe('a certificate', () => {
  const titles = (pem: string, keyPem: string | undefined, more: { host?: string; now?: Date } = {}) =>
    judge(pem, keyPem, { folder: '/certs', host, now: new Date(), ...more }).map((f) => `${f.severity}: ${f.title}`);

  test('that fits is well', () => expect(titles(certificate, key)).toEqual([]));
  test('that ends soon', () =>
    expect(titles(certificate, key, { now: inDays(80) })).toEqual([
      expect.stringMatching(/^warning: the certificate expires in \d+ days$/),
    ]));
  test('that has ended', () =>
    expect(titles(certificate, key, { now: inDays(100) })).toEqual(['error: the certificate has expired']));
  test('that is of tomorrow', () =>
    expect(titles(certificate, key, { now: inDays(-2) })).toEqual(['error: the certificate is not valid yet']));
  test('of another host', () =>
    expect(titles(certificate, key, { host: 'other.example.org' })).toEqual([
      'error: the certificate is not for other.example.org',
    ]));
  test('with another key, without one, with a broken one', () => {
    expect(titles(certificate, otherKey)).toEqual(['error: key.pem is not the key of the certificate']);
    expect(titles(certificate, 'nonsense')).toEqual(['error: key.pem is not the key of the certificate']);
    expect(titles(certificate, undefined)).toEqual(['error: there is no key.pem beside the certificate']);
  });
  test('that is none', () => expect(titles('nonsense', key)).toEqual(['error: cert.pem is no certificate']));
});
