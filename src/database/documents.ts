import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chown, lstat, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plan } from '../plan/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import {
  createArchive,
  type FilestoreFacts,
  filestorePath,
  type Manifest,
  packFilestore,
  unpackFilestore,
} from './archive/index.ts';
import { documentStore } from './backups.ts';
import type { DatabaseContext } from './context.ts';

export interface DocumentsBackup {
  readonly facts: FilestoreFacts;
  /** Takes it away again. */
  undo(): Promise<void>;
}

/**
 * Packs the document store beside a backup. Tryton writes a document before the row that names it and never changes or
 * removes it, so what is packed after the database's snapshot holds every document of that snapshot.
 * @param file the backup
 */
export async function backUpDocuments(plan: Plan, file: string, context: DatabaseContext): Promise<DocumentsBackup> {
  const folder = documentStore(plan);
  const path = filestorePath(file);
  await mkdir(folder, { recursive: true });
  const archive = await createArchive({ path });
  try {
    context.progress.begin('backing up the document store');
    const packed = await packFilestore(folder);
    const { size, sha256 } = await archive.write(packed.stream, {
      signal: context.signal,
      onProgress: (bytes) => context.progress.advance(bytes),
    });
    const committed = await archive.commit();
    const facts = { file: path.slice(dirname(path).length + 1), size, sha256, entries: packed.summary().entries };
    return { facts, undo: () => committed.undo() };
  } finally {
    context.progress.end();
    await archive.abort();
  }
}

/**
 * Brings the documents of a backup into the store. Only what is missing is added: the store is shared by all databases and
 * by what undo brings back, and a document's name is the digest of its content. Documents of the backed up database go
 * to where those of `database` are looked for.
 */
export async function restoreDocuments(
  plan: Plan,
  { path, manifest, database }: { path: string; manifest: Manifest; database: string },
  context: DatabaseContext,
): Promise<number> {
  const store = documentStore(plan);
  const facts = manifest.filestore;
  if (!facts) throw new ProblemError(noDocuments(path));
  const packed = join(dirname(path), facts.file);
  const aside = `${store}.coog-${randomBytes(4).toString('hex')}`;
  try {
    await unpackFilestore(await opened(packed, path, facts), aside, { signal: context.signal, name: packed });
    await mkdir(store, { recursive: true });
    const from = join(aside, manifest.database);
    if (manifest.database !== database && (await isFolder(from))) await rename(from, join(aside, database));
    return await merge(aside, store);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function opened(packed: string, backup: string, { size, sha256 }: FilestoreFacts) {
  const { createHash } = await import('node:crypto');
  const found = await stat(packed).catch(() => undefined);
  const damaged = (what: string) =>
    new ProblemError({
      code: 'BACKUP_DAMAGED',
      title: `the document store of the backup ${what}`,
      place: { file: packed },
      next: `load without --filestore, or take another backup than ${backup}`,
    });
  if (!found) throw damaged('is missing');
  if (found.size !== size) throw damaged(`has ${found.size} bytes and was written with ${size}`);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(packed, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== sha256) throw damaged('is changed');
  return createReadStream(packed, { highWaterMark: 1024 * 1024 });
}

/** Moves what the target does not have; answers how many files. Both are on one file system. */
async function merge(from: string, to: string): Promise<number> {
  let added = 0;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    const there = await lstat(target).catch(() => undefined);
    if (entry.isDirectory() && there?.isDirectory()) added += await merge(source, target);
    else if (!there) {
      const { uid, gid } = await lstat(to);
      if (!entry.isDirectory() && process.getuid?.() === 0) await chown(source, uid, gid).catch(() => undefined);
      await rename(source, target);
      added += 1;
    }
  }
  return added;
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isDirectory(),
    () => false,
  );

const noDocuments = (file: string): Problem => ({
  code: 'BACKUP_WITHOUT_FILESTORE',
  title: 'this backup holds no document store',
  place: { file },
  next: 'load it without --filestore',
});
