import { describe, expect, it } from 'vitest';
import { judgePair } from '../../../src/certificates/judge.ts';
import { readPair } from '../../../src/certificates/pair.ts';
import { type Problem, ProblemError } from '../../../src/shared/problem.ts';
import { type Issued, type IssueOptions, issue, issueAuthority, lockedKey, now } from '../../support/certificates.ts';
import { codes } from '../../support/planning.ts';

const DAY = 86_400_000;
const days = (count: number) => new Date(now.getTime() + count * DAY);

function judge({ certificate, key }: Issued, hostname = 'coog.example.org'): Problem[] {
  const pair = readPair({ name: 'cert.pem', content: certificate }, { name: 'key.pem', content: key });
  return judgePair(pair, { file: 'cert.pem', hostname, now });
}
const judged = async (options: IssueOptions, hostname?: string) =>
  judge(await issue({ names: ['coog.example.org'], ...options }), hostname);

describe('a pair', () => {
  it('that fits has no problem', async () => expect(await judged({})).toEqual([]));

  it.each([
    ['its name', 'coog.example.org', ['coog.example.org', 'other.example.org']],
    ['a wildcard', 'coog.example.org', ['*.example.org']],
    ['another case', 'Coog.Example.org', ['coog.example.org']],
    ['an address', '192.0.2.7', ['192.0.2.7']],
  ])('is for a host by %s', async (_, hostname, names) => expect(await judged({ names }, hostname)).toEqual([]));

  it.each([
    ['another host', 'coog.example.org', ['www.example.org']],
    ['a wildcard one level up', 'a.coog.example.org', ['*.example.org']],
    ['another address', '192.0.2.8', ['192.0.2.7']],
  ])('for %s is refused, and the hosts that it is for are told', async (_, hostname, names) => {
    const [problem] = await judged({ names }, hostname);
    expect(problem).toMatchObject({ code: 'CERT_HOST_MISMATCH', detail: expect.stringContaining(names[0] ?? '') });
  });

  it('that names its host in the subject alone is refused, as browsers do', async () =>
    expect(codes(await judged({ names: [], subject: 'coog.example.org' }))).toEqual(['CERT_HOST_MISMATCH']));

  it.each([
    ['ended yesterday', { until: days(-1) }, 'CERT_EXPIRED', undefined],
    ['begins tomorrow', { from: days(1) }, 'CERT_NOT_YET_VALID', undefined],
    ['ends next week', { until: days(7) }, 'CERT_ENDS_SOON', 'warning'],
  ])('that %s is told', async (_, options, code, severity) => {
    const [problem, ...more] = await judged(options);
    expect([problem?.code, problem?.severity, more]).toEqual([code, severity, []]);
  });

  it('with the key of another certificate is refused', async () => {
    const [one, other] = [await issue({ names: ['coog.example.org'] }), await issue()];
    expect(codes(judge({ certificate: one.certificate, key: other.key }))).toEqual(['CERT_KEY_MISMATCH']);
  });

  it('with an RSA key below 2048 bits is refused', async () =>
    expect(codes(await judged({ rsaBits: 1024 }))).toEqual(['CERT_KEY_WEAK']));
});

describe('a chain', () => {
  const given = async () => {
    const root = await issueAuthority('root');
    const between = await issueAuthority('between', root);
    const server = await issue({ names: ['coog.example.org'], by: between });
    const file = (...parts: Issued[]): Issued => ({
      certificate: parts.map((part) => part.certificate).join(''),
      key: server.key,
    });
    return { root, between, server, file };
  };

  it('from the server up fits, with its root or without', async () => {
    const { root, between, server, file } = await given();
    expect(judge(file(server, between))).toEqual([]);
    expect(judge(file(server, between, root))).toEqual([]);
  });

  it.each([
    ['leaves one out', ({ server, root }: Awaited<ReturnType<typeof given>>) => [server, root]],
    ['is in another order', ({ server, between, root }: Awaited<ReturnType<typeof given>>) => [server, root, between]],
  ])('that %s is refused', async (_, parts) => {
    const made = await given();
    expect(codes(judge(made.file(...parts(made))))).toEqual(['CERT_CHAIN_ORDER']);
  });

  it('that begins with the authority has neither key nor host', async () => {
    const { between, server, file } = await given();
    expect(codes(judge(file(between, server)))).toEqual([
      'CERT_HOST_MISMATCH',
      'CERT_CHAIN_ORDER',
      'CERT_KEY_MISMATCH',
    ]);
  });

  it('of which an authority has ended is refused', async () => {
    const ended = await issue({ subject: 'ended', isAuthority: true, until: days(-1) });
    const server = await issue({ names: ['coog.example.org'], by: ended });
    const both = { certificate: server.certificate + ended.certificate, key: server.key };
    expect(judge(both)).toMatchObject([{ code: 'CERT_EXPIRED', title: expect.stringContaining('ended') }]);
  });

  it('that is the server alone is told where its authority has another above it', async () => {
    const { between } = await given();
    const server = await issue({ names: ['coog.example.org'], by: between, issuerUrl: 'http://ca.example.org/i.cer' });
    expect(judge(server)).toMatchObject([{ code: 'CERT_CHAIN_SHORT', severity: 'warning' }]);
  });
});

describe('what cannot be read', () => {
  const refusal = (certificate: string, key: string): Problem[] => {
    try {
      readPair({ name: 'cert.pem', content: certificate }, { name: 'key.pem', content: key });
    } catch (error) {
      if (error instanceof ProblemError) return [...error.problems];
      throw error;
    }
    return [];
  };

  it.each([
    ['nothing', '', '', ['CERT_UNREADABLE', 'CERT_KEY_UNREADABLE']],
    ['bytes', '\u0030\u0082\u0001', 'x', ['CERT_UNREADABLE', 'CERT_KEY_UNREADABLE']],
    [
      'a damaged certificate',
      '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
      '',
      ['CERT_UNREADABLE', 'CERT_KEY_UNREADABLE'],
    ],
  ])('is told: %s', (_, certificate, key, expected) => expect(codes(refusal(certificate, key))).toEqual(expected));

  it('is told when the two are the wrong way round', async () => {
    const { certificate, key } = await issue();
    const problems = refusal(key, certificate);
    expect(codes(problems)).toEqual(['CERT_UNREADABLE', 'CERT_KEY_UNREADABLE']);
    expect(problems[0]?.next).toContain('the certificate comes first');
  });

  it('is told when the key is locked, without its content', async () => {
    const { certificate } = await issue();
    const locked = lockedKey();
    const [problem] = refusal(certificate, locked);
    expect(problem?.title).toContain('passphrase');
    expect(JSON.stringify(problem)).not.toContain(locked.split('\n')[1]);
  });
});
