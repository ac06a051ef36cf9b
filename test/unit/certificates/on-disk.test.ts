import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { judgeOnDisk } from '../../../src/certificates/index.ts';

let folder: string;
const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const HOST = 'coog.example.org';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-test-'));
  const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90'];
  await execa('openssl', [...make, ...subject, '-keyout', 'key.pem', '-out', 'cert.pem'], { cwd: folder });
  await execa('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'other.pem'], { cwd: folder });
  await writeFile(join(folder, 'nonsense.pem'), 'nonsense');
  return () => rm(folder, { recursive: true, force: true });
});

describe('a pair on disk', () => {
  const told = async (more: { certificate?: string; key?: string; hostname?: string; now?: Date } = {}) => {
    const { certificate = 'cert.pem', key = 'key.pem', hostname = HOST, now = new Date() } = more;
    const pair = { certificate: join(folder, certificate), key: join(folder, key) };
    const { problems } = await judgeOnDisk({ ...pair, hostname, now });
    return problems.map(({ code, severity = 'error' }) => `${severity} ${code}`);
  };

  test.each([
    ['that fits is well', {}, []],
    ['is not compared with a host that nobody knows', { hostname: '' }, []],
    ['that ends soon', { now: inDays(80) }, ['warning CERT_ENDS_SOON']],
    ['that has ended', { now: inDays(100) }, ['error CERT_EXPIRED']],
    ['that is of tomorrow', { now: inDays(-2) }, ['error CERT_NOT_YET_VALID']],
    ['of another host', { hostname: 'other.example.org' }, ['error CERT_HOST_MISMATCH']],
    ['with another key', { key: 'other.pem' }, ['error CERT_KEY_MISMATCH']],
    ['with a broken key', { key: 'nonsense.pem' }, ['error CERT_KEY_UNREADABLE']],
    ['without a key', { key: 'absent.pem' }, ['error CERT_MISSING']],
    ['that is none', { certificate: 'nonsense.pem' }, ['error CERT_UNREADABLE']],
  ])('%s', async (_, more, expected) => expect(await told(more)).toEqual(expected));
});
