/**
 * Compares the versions that tags of one image name: the numbers at their beginning, as in `24.10.3-alpine`.
 * @returns below 0 when `a` is older, above 0 when it is newer, 0 when it is the same or nobody can tell: `7.0` may be `7.0.5`
 */
export function compareTags(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Of `latest` there are none. */
const numbersOf = (tag: string): number[] =>
  (/^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1] ?? '').split('.').filter(Boolean).map(Number);
