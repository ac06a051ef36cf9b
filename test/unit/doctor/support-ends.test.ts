import { expect, test } from 'vitest';
import { endOfNode, endOfSupport } from '../../../src/doctor/support-ends.ts';

test.each([
  ['postgres', '13-alpine', '13', '2025-11-13'],
  ['postgres', '9.6.24', '9.6', '2021-11-11'],
  ['postgres', '17', '17', '2029-11-08'],
  ['mongo', '5.0.14-focal', '5', '2024-10-31'],
  ['mongo', '4.4', '4.4', '2024-02-29'],
  ['rabbitmq', '3.8-management', '3', '2024-12-31'],
  ['traefik', 'v2.11', '2', '2026-02-01'],
])('%s %s', (product, tag, major, end) => {
  const found = endOfSupport(product, tag);
  expect(found?.major).toBe(major);
  expect(found?.end.toISOString().slice(0, 10)).toBe(end);
});

test.each([
  ['coog', '2.13'],
  ['postgres', 'latest'],
  ['postgres', '99'],
  ['traefik', 'v3.6'],
  ['postgres', ''],
])('%s %s is not judged', (product, tag) => {
  expect(endOfSupport(product, tag)).toBeUndefined();
});

test('Node', () => {
  expect(endOfNode('22.18.0')?.getFullYear()).toBe(2027);
  expect(endOfNode('23.1.0')).toBeUndefined();
});
