import { distance } from 'fastest-levenshtein';

/** The candidate that a person most probably meant, or undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  // Two changes turn a word of four letters into almost any other.
  const limit = word.length < 5 ? 1 : Math.max(2, Math.floor(word.length / 4));
  const near = candidates
    .map((candidate) => ({
      candidate,
      // Case is the least that one mistakes, and decides between names that differ by nothing else.
      regardless: distance(word.toLowerCase(), candidate.toLowerCase()),
      exact: distance(word, candidate),
    }))
    .filter(({ regardless }) => regardless <= limit)
    .sort((a, b) => a.regardless - b.regardless || a.exact - b.exact);
  return near[0]?.candidate;
}
