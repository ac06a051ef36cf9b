import { expect, test } from 'vitest';
import { mergeStreams } from '../../../src/engine/wait/evidence.ts';

test('the lines of both streams in the order in which they were written, without colours', () => {
  const stdout = '2026-11-22T19:45:40.100000000Z one\n2026-11-22T19:45:40.300000000Z \u001b[31mthree\u001b[0m\n';
  const stderr = '2026-11-22T19:45:40.200000000Z two\n2026-11-22T19:45:40.250000000Z \n';
  expect(mergeStreams(stdout, stderr)).toEqual(['one', 'two', 'three']);
});

test("Docker's own refusal has no time and is told as it is", () => {
  const refusal = 'Error response from daemon: configured logging driver does not support reading';
  expect(mergeStreams('', refusal)).toEqual([refusal]);
});

test('a line is kept in its whole length', () => {
  expect(mergeStreams(`2026-11-22T19:45:40.100000000Z ${'x'.repeat(5000)}\n`, '')[0]).toHaveLength(5000);
});
