export interface Version {
  /** As the tool prints it, without a leading v. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/** Reads `v2.40.3`, `2.26.1-4`, `20.10.24+dfsg1`, `docker-compose version 1.29.2, build …`; undefined when none is there. */
export function parseVersion(output: string): Version | undefined {
  const match = /(?<![\d.])(\d+)\.(\d+)(?:\.(\d+))?[\w.+~-]*/.exec(output);
  if (!match) return undefined;
  return { text: match[0], major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

export function isAtLeast(version: Version, [major, minor = 0, patch = 0]: readonly number[]): boolean {
  const wanted = [major ?? 0, minor, patch];
  const found = [version.major, version.minor, version.patch];
  const index = found.findIndex((part, at) => part !== wanted[at]);
  return index === -1 || (found[index] as number) > (wanted[index] as number);
}
