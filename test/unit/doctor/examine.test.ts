import { expect, test } from 'vitest';
import { examine } from '../../../src/doctor/examine.ts';
import { type Check, Unavailable } from '../../../src/doctor/types.ts';
import { ProblemError } from '../../../src/shared/problem.ts';
import { core, fakeHook } from '../../support/plugins.ts';

const check = (id: string, look: Check['look']): Check => ({ id, title: `all is well with ${id}`, look });

async function reportsOf(checks: readonly Check[], timeout = 30_000) {
  const request = {
    folder: '/nowhere',
    environment: {},
    runHook: await fakeHook([]),
    cli: core,
    without: new Set<string>(),
  };
  return examine(checks, { request, uid: 0, gid: 0, now: new Date(), node: '24.0.0' }, timeout);
}

test('each check is told, in order, by the worst that it found', async () => {
  const reports = await reportsOf([
    check('well', async () => []),
    check('both', async () => [
      { severity: 'warning', title: 'one' },
      { severity: 'error', title: 'two' },
      { severity: 'info', title: 'three' },
    ]),
    check('hint', async () => [{ severity: 'info', title: 'one' }]),
  ]);
  expect(reports.map(({ id, status }) => [id, status])).toEqual([
    ['well', 'ok'],
    ['both', 'error'],
    ['hint', 'info'],
  ]);
});

test('one that fails is a finding, and keeps no other from its answer', async () => {
  const problem = { code: 'PORT_IN_USE', title: 'taken', detail: 'by nginx', next: 'stop it' };
  const [refused, broken, skipped, well] = await reportsOf([
    check('refused', () => Promise.reject(new ProblemError(problem))),
    check('broken', () => Promise.reject(new Error('a fault'))),
    check('skipped', () => Promise.reject(new Unavailable('no engine'))),
    check('well', async () => []),
  ]);
  expect(refused).toMatchObject({
    status: 'error',
    findings: [{ severity: 'error', title: 'taken', code: 'PORT_IN_USE', evidence: 'by nginx', next: 'stop it' }],
  });
  expect(broken).toMatchObject({ status: 'warning', findings: [{ evidence: 'a fault' }] });
  expect(skipped).toMatchObject({ status: 'skipped', reason: 'no engine', findings: [] });
  expect(well).toMatchObject({ status: 'ok' });
});

test('one that hangs is a result, others have theirs, and what it waits for is ended', async () => {
  const ended = Promise.withResolvers<string>();
  const [hung, well] = await reportsOf(
    [
      check('hung', ({ signal }) => {
        signal.addEventListener('abort', () => ended.resolve('ended'));
        return new Promise(() => undefined);
      }),
      check('well', async () => []),
    ],
    200,
  );
  expect(hung).toMatchObject({ status: 'hung', findings: [{ severity: 'warning' }] });
  expect(hung?.findings[0]?.title).toContain('no answer within 0.2 s');
  expect(well).toMatchObject({ status: 'ok' });
  expect(await ended.promise).toBe('ended');
});

test('a project that cannot be planned at all ends no examination', async () => {
  const [report] = await reportsOf([
    check('plan', async (facts) => [{ severity: 'info', title: (await facts.plan()).name }]),
  ]);
  expect(['skipped', 'error', 'warning']).toContain(report?.status);
});
