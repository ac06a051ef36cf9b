import { closest } from '../shared/closest.ts';

const withoutPrefix = (name: string): string => name.replace(/^CUSTOM_/, '');

/** The variable that was meant. Half of the names begin with CUSTOM_, and nobody remembers which half. */
export function closestVariable(name: string, candidates: readonly string[]): string | undefined {
  const near = closest(withoutPrefix(name), candidates.map(withoutPrefix));
  return closest(name, candidates) ?? candidates.find((candidate) => withoutPrefix(candidate) === near);
}
