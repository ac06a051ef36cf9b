import { expect, test } from 'vitest';
import { parseDuration } from '../../../src/engine/model/duration.ts';

test.each([
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['1h0m5s', 3_605_000],
  ['500ms', 500],
  ['1.5s', 1500],
  ['10us', 0.01],
  ['', undefined],
  ['10', undefined],
  ['1 s', undefined],
  [undefined, undefined],
])('%j is %s ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});
