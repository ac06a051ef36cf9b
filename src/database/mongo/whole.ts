import type { MongoClient } from 'mongodb';
import { ExitCode, ProblemError } from '../../shared/problem.ts';
import type { Manifest } from '../archive/index.ts';
import type { DatabaseContext } from '../context.ts';
import { type Collection, countDocuments, listCollections, parseBeside } from './collections.ts';

export interface Whole {
  readonly databases: readonly string[];
  readonly collections: number;
  readonly documents: number;
}

interface Wanted {
  readonly id: string;
  readonly manifest: Manifest | undefined;
  /** One database of several. */
  readonly only: string | undefined;
}

/**
 * Compares what was restored beside with the manifest, by the documents of each collection.
 * @throws ProblemError RESTORE_INCOMPLETE, MONGO_NOT_RENAMABLE (1): the live collections were not touched
 */
export async function requireWhole(
  client: MongoClient,
  { id, manifest, only }: Wanted,
  { signal }: DatabaseContext,
): Promise<Whole> {
  const restored = (await listCollections(client)).flatMap((c): Collection[] => {
    const parsed = parseBeside(c.name);
    return parsed?.kind === 'new' && parsed.id === id ? [c] : [];
  });
  const fixed = restored.find(({ type }) => type === 'timeseries');
  if (fixed) throw new ProblemError(notRenamable(nameOf(fixed)), { exitCode: ExitCode.failed });
  const counts = await countDocuments(client, restored, signal);
  const found = new Map(
    [...counts].map(([key, n]) => {
      const at = key.indexOf('.');
      return [`${key.slice(0, at)}.${parseBeside(key.slice(at + 1))?.collection}`, n];
    }),
  );
  const differences = manifest ? compare(manifest, found, only) : [];
  if (found.size === 0) differences.push('the backup holds no collection that could be loaded');
  if (differences.length > 0) throw new ProblemError(incomplete(differences), { exitCode: ExitCode.failed });
  return {
    databases: [...new Set(restored.map(({ database }) => database))],
    collections: found.size,
    documents: [...found.values()].reduce((sum, n) => sum + n, 0),
  };
}

const nameOf = ({ database, name }: Collection): string => `${database}.${parseBeside(name)?.collection ?? name}`;

function compare(manifest: Manifest, found: ReadonlyMap<string, number>, only: string | undefined): string[] {
  const expected = Object.entries(manifest.tables).filter(([key]) => only === undefined || key.startsWith(`${only}.`));
  const wrong = expected.filter(([key, n]) => found.get(key) !== n);
  const known = new Set(expected.map(([key]) => key));
  return [
    ...wrong.map(([key, n]) => `${key}: expected ${n}, found ${found.get(key) ?? 'none'}`),
    ...[...found.keys()].filter((key) => !known.has(key)).map((key) => `${key}: not in the manifest`),
  ];
}

const SHOWN = 10;

const incomplete = (differences: readonly string[]) => ({
  code: 'RESTORE_INCOMPLETE',
  title: 'what was restored is not what the backup says; the live collections were not changed',
  detail: differences.slice(0, SHOWN).join('\n'),
  next: 'take another backup: ls backups',
});

const notRenamable = (name: string) => ({
  code: 'MONGO_NOT_RENAMABLE',
  title: `${name} is a time series, which MongoDB cannot rename; nothing was changed`,
  next: 'restore it by hand, with mongorestore',
});
