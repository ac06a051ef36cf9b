const PAUSE = 100;

/**
 * Looks until something is there, and answers it. Fails with what was waited for when the deadline (milliseconds, like the pause between two looks) is over.
 * What the look throws counts as "not yet".
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  deadline = 60_000,
  pause = PAUSE,
): Promise<T> {
  const end = Date.now() + deadline;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited ${deadline} ms in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
