import { expect, test } from 'vitest';
import { compareTags } from '../../../src/database/tags.ts';

test.each([
  ['24.10', '24.1', 1],
  ['24.1', '24.10', -1],
  ['7.0', '6.8', 1],
  ['2.14.2545', '2.14.99', 1],
  ['v7.0-alpine', '7.0', 0],
  ['7.0.5', '7.0', 0],
  ['7', '7.0.5', 0],
  ['latest', '7.0', 0],
  ['7.0', 'latest', 0],
  ['main-7.0', '6.0', 0],
  ['', '', 0],
])('the tag %s beside %s', (a, b, sign) => {
  expect(Math.sign(compareTags(a, b))).toBe(sign);
  expect(Math.sign(compareTags(b, a))).toBe(sign === 0 ? 0 : -sign);
});
