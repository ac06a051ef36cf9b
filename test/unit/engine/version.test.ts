import { expect, test } from 'vitest';
import { isAtLeast, parseVersion } from '../../../src/engine/index.ts';

test.each([
  ['1.29.2\n', '1.29.2', [1, 29, 2]],
  ['docker-compose version 1.29.2, build unknown\ndocker-py version: 5.0.3', '1.29.2', [1, 29, 2]],
  ['2.26.1-4', '2.26.1-4', [2, 26, 1]],
  ['v2.40.3', '2.40.3', [2, 40, 3]],
  ['2.40.3-3', '2.40.3-3', [2, 40, 3]],
  ['5.0.0-rc.1', '5.0.0-rc.1', [5, 0, 0]],
  ['20.10.24+dfsg1', '20.10.24+dfsg1', [20, 10, 24]],
  ['28.2', '28.2', [28, 2, 0]],
])('%j', (output, text, [major, minor, patch]) => {
  expect(parseVersion(output)).toEqual({ text, major, minor, patch });
});

test.each(['', 'unknown', "docker: 'compose' is not a docker command."])('%j has no version', (output) => {
  expect(parseVersion(output)).toBeUndefined();
});

test.each([
  ['1.29.2', [1, 29, 2], true],
  ['1.29.1', [1, 29, 2], false],
  ['1.28.9', [1, 29, 2], false],
  ['2.0.0', [1, 29, 2], true],
  ['20.10.0', [20, 10], true],
  ['19.3.15', [20, 10], false],
  ['28.2.2', [20, 10], true],
])('%s at least %j: %s', (found, wanted, expected) => {
  const version = parseVersion(found);
  expect(version && isAtLeast(version, wanted)).toBe(expected);
});
