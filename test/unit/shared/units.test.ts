import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatDuration } from '../../../src/shared/units.ts';

describe('units that a person reads', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [1_234_567, '1.23 MB'],
    [12_345_678, '12.3 MB'],
    [123_456_789, '123 MB'],
    [999_999_999, '1.00 GB'],
    [5e15, '5000 TB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0, '0:00'],
    [65.4, '1:05'],
    [3_723, '1:02:03'],
  ])('%f seconds are %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });

  it.each([
    [30, 'moments'],
    [60, '1 minute'],
    [3 * 3600, '3 hours'],
    [72 * 3600, '3 days'],
  ])('%i seconds ago is %s', (seconds, text) => {
    const now = new Date('2026-01-02T00:00:00Z');
    expect(formatAge(new Date(now.getTime() - seconds * 1000), now)).toBe(text);
  });
});
