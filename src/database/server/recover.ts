import { databaseRows, isInvalid } from './catalogue.ts';
import { connectToServer, withConnection } from './connect.ts';
import { dropDatabase } from './drop.ts';
import { isRelatedTo, parseRelated } from './names.ts';
import { readNote } from './notes.ts';
import type { Server } from './types.ts';

export interface Recovered {
  /** Whether a database has the live name. */
  readonly live: boolean;
  /** What a run that was killed had left, and is gone. */
  readonly dropped: readonly string[];
}

/**
 * Takes back what a killed run left of a database: databases made aside, and those whose DROP was interrupted. Previous
 * ones and snapshots stay. The live name needs no repair: swaps are one transaction, and lock nobody out beyond it.
 * Only for who holds the lock on the database: an aside may be in use by another run. Needs the owner.
 * @throws ProblemError
 */
export async function recover(server: Server, live: string, keep: readonly string[] = []): Promise<Recovered> {
  const rows = await withConnection(await connectToServer(server), (connection) => databaseRows(connection));
  const left = rows.filter((row) => {
    const belongs = isRelatedTo(row.name, live) || readNote(row.comment)?.of === live;
    const unfinished = parseRelated(row.name)?.kind === 'aside' || isInvalid(row);
    return belongs && unfinished && row.name !== live && !keep.includes(row.name);
  });
  for (const { name } of left) await dropDatabase(server, name);
  return { live: rows.some((row) => row.name === live), dropped: left.map(({ name }) => name) };
}
