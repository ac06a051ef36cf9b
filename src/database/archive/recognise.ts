import { readIdentities } from './age/identities.ts';
import { readFailure } from './damage.ts';
import { isDumpFolder } from './folder.ts';
import { checkInput } from './input.ts';
import { peel } from './layers.ts';
import { openFolder } from './open-folder.ts';
import type { Kind, Wrapping } from './sniff.ts';

export interface Content {
  /** What is inside. `encrypted`: it cannot be seen without an identity. */
  readonly kind: Kind | 'encrypted';
  /** What is around it, from the outside to the inside. */
  readonly wrapping: readonly Wrapping[];
  /** Bytes of the file, or of all files of a folder. */
  readonly size: number;
  /** Name of the file in a zip archive. */
  readonly entry?: string;
}

/**
 * Says what a file holds that PostgreSQL can load, by its content and never by its name. Reads the beginning only.
 * @param identities identity files of age
 * @throws ProblemError BACKUP_MISSING, BACKUP_UNREADABLE, BACKUP_EMPTY, BACKUP_NOT_RECOGNISED, BACKUP_DAMAGED,
 * BACKUP_ENCRYPTED when none of the identities fits, IDENTITY_UNUSABLE
 */
export async function recognise(path: string, identities: readonly string[] = []): Promise<Content> {
  if (await isDumpFolder(path)) {
    const { kind, size } = await openFolder(path);
    return { kind, wrapping: [], size };
  }
  const { size } = await checkInput(path);
  try {
    const { kind, wrapping, entry } = await peel(path, await readIdentities(identities), 'postgresql');
    return { kind, wrapping, size, ...(entry !== undefined && { entry }) };
  } catch (error) {
    throw readFailure(path, error);
  }
}
