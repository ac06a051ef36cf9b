import { distance } from 'fastest-levenshtein';

/** The candidate that a person most probably meant, or undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  // Two changes turn a word of four letters into almost any other.
  const limit = word.length < 5 ? 1 : Math.max(2, Math.floor(word.length / 4));
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d <= limit && (!best || d < best.distance)) best = { candidate, distance: d };
  }
  return best?.candidate;
}
