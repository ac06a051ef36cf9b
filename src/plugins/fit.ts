/** A version of a plugin, as its package.json or the registry describes it. */
export interface PackageVersion {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Which versions of coog a plugin works with: its peer `@coog/cli`. It is the one place that can be read in a registry without
 * installing anything; the `cli` of its extension says the same once it is there.
 */
export const cliRange = ({ peerDependencies }: PackageVersion): string | undefined => peerDependencies?.['@coog/cli'];

/** Whether a plugin works with this coog; one that does not say is taken, one whose range is none is not. */
export async function fitsCli(candidate: PackageVersion, cliVersion: string): Promise<boolean> {
  const range = cliRange(candidate);
  if (range === undefined) return true;
  const { default: satisfies } = await import('semver/functions/satisfies.js');
  return satisfies(cliVersion, range, { includePrerelease: true });
}

/** The versions that work with this coog, newest first. */
export async function fittingVersions(all: readonly PackageVersion[], cliVersion: string): Promise<string[]> {
  const { default: rsort } = await import('semver/functions/rsort.js');
  const fits = await Promise.all(all.map((candidate) => fitsCli(candidate, cliVersion)));
  return rsort(all.filter((_, at) => fits[at]).map(({ version }) => version));
}
