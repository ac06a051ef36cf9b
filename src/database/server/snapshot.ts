import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../shared/problem.ts';
import { annotation, createDatabase, exists, type Made } from './aside.ts';
import { databaseRow, databaseRows } from './catalogue.ts';
import { dropDatabase } from './drop.ts';
import { withEvictor, withoutSessions } from './evict.ts';
import { relatedName } from './names.ts';
import { makeNote, personsComment } from './notes.ts';
import { copyProperties } from './properties.ts';
import { transaction } from './transaction.ts';
import type { About, Server } from './types.ts';

export interface CopyRequest {
  readonly source: string;
  /** The live database that the copy belongs to; the source unless a snapshot is copied back. */
  readonly of?: string;
  /** `snapshot` to keep, `aside` to take the live one's place. */
  readonly kind: 'snapshot' | 'aside';
  readonly id: string;
  readonly about: About;
  /** Ends the copying; nothing is left of it. */
  readonly signal?: AbortSignal;
}

/**
 * Copies a database on its server, with rights and settings. Its sessions are ended, and new ones wait until it is copied
 * (8 s for 2 GB). The copy has its final name, or none: it is made under the name of an aside, which `recover` drops.
 * Needs CREATEDB, the owner of the source, and the right to end its sessions.
 * @throws ProblemError DB_NOT_FOUND, DB_EXISTS, DB_BUSY (exit code 2), DB_PERMISSION, DB_DISK_FULL
 */
export async function snapshotDatabase(server: Server, request: CopyRequest): Promise<Made> {
  const { source, of = source, kind, id, about, signal } = request;
  const name = relatedName(of, kind, id);
  const making = relatedName(of, 'aside', `copy-${randomBytes(4).toString('hex')}`);
  return withEvictor(server, {}, async (connection, evictor) => {
    const row = await databaseRow(connection, source);
    if ((await databaseRows(connection, [name])).length > 0) throw new ProblemError(exists(server, name));
    // Copies files as they are, where the other way writes every page to the log as well: half the time.
    const strategy = connection.version >= 150000 ? ['STRATEGY file_copy'] : [];
    const { identifier } = connection;
    const how = [`TEMPLATE ${identifier(source)}`, `OWNER ${identifier(row.owner)}`, ...strategy];
    // Without its connection the server gives the statement up.
    const stop = (): void => void connection.close();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      signal?.throwIfAborted();
      await withoutSessions(evictor, row, () => createDatabase(connection, making, how));
      const problems = await copyProperties(connection, row, making);
      const note = makeNote({ kind, of, id }, about, personsComment(row.comment));
      await transaction(connection, [
        `ALTER DATABASE ${identifier(making)} RENAME TO ${identifier(name)}`,
        annotation(connection, name, JSON.stringify(note)),
      ]);
      return { name, problems };
    } catch (error) {
      await dropDatabase(server, making).catch(() => undefined);
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  });
}
