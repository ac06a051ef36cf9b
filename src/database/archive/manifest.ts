import { readFile } from 'node:fs/promises';
import { writeFilesAtomically } from '../../shared/atomic-write.ts';
import { ProblemError } from '../../shared/problem.ts';
import type { Digests } from './digests.ts';
import type { FolderFile } from './folder.ts';
import { manifestFault } from './manifest-check.ts';
import { manifestPath, shellPath } from './names.ts';

/** What is known of a backup when it is made. */
export interface BackupFacts {
  /** Of the manifest. A coog that knows only older ones refuses it. */
  readonly format: 1;
  /** Version of coog. */
  readonly coog: string;
  /** ISO 8601, UTC: when the snapshot of the database was taken. */
  readonly created: string;
  readonly project: string;
  readonly database: string;
  /** Versions as their programs print them. */
  readonly server: string;
  readonly client: string;
  /** Of Coog, as the project names it. */
  readonly image?: string;
  /** `custom` is `pg_dump -Fc`, `directory` is `pg_dump -Fd`, `sql` is plain SQL, `mongo` is `mongodump --archive`. */
  readonly kind: 'custom' | 'directory' | 'sql' | 'mongo';
  /** `zstd:1`, `gzip:1`, `none`; `zip` around plain SQL. */
  readonly compression: string;
  readonly encoding: string;
  readonly collation?: string;
  /** Modules of Tryton with their states. */
  readonly modules: readonly { readonly name: string; readonly state: string }[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  /** Roles that the dump gives rights to; they must be there when it is loaded. */
  readonly roles?: readonly string[];
  /** Rows by `schema.table`, counted in the snapshot that was dumped; of MongoDB documents by `database.collection`. */
  readonly tables: Readonly<Record<string, number>>;
  /** Bytes that the database had on its server. */
  readonly databaseBytes?: number;
  /** Of COOG_PASSPHRASE; never the value. */
  readonly passphraseFingerprint?: string;
  readonly anonymised?: boolean;
  /** By which rules it was anonymised. */
  readonly rules?: string;
  readonly filestore?: FilestoreFacts;
}

/** The packed document store beside a backup. */
export interface FilestoreFacts {
  /** Name, in the folder of the backup. */
  readonly file: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  readonly entries: number;
}

/** `read`: the bytes are those that were written; `deep`: it was restored and compared. */
export interface Verification {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly level: 'read' | 'deep';
}

/** What lies beside a backup: facts, digests, and what was found when it was read again. */
export interface Manifest extends BackupFacts, Digests {
  readonly encrypted: boolean;
  /** Of a folder: its files, in the order in which the digests count them. */
  readonly files?: readonly FolderFile[];
  readonly verified?: Verification;
  /** The last verification failed. */
  readonly damaged?: Verification & { readonly reason: string };
}

/** Bytes; thousands of tables and blocks need some hundred KiB. */
const LIMIT = 256 * 1024 * 1024;

/**
 * The manifest beside a backup; undefined when there is none.
 * @param path of the backup
 * @throws ProblemError BACKUP_MANIFEST_INVALID when it is broken, or of a newer coog
 */
export async function readManifest(path: string): Promise<Manifest | undefined> {
  const file = manifestPath(path);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalid(file, `it cannot be read (${code})`, error);
  }
  let content: unknown;
  try {
    content = text.length > LIMIT ? undefined : JSON.parse(text);
  } catch (error) {
    throw invalid(file, 'it is no JSON', error);
  }
  const fault = manifestFault(content);
  if (fault !== undefined) throw invalid(file, fault);
  return content as Manifest;
}

/**
 * Writes the result of a verification into the manifest, as one step; nothing else in it changes. A success takes an
 * earlier failure back, a failure takes every earlier success back; a reading does not replace a deep verification.
 * @throws ProblemError BACKUP_MANIFEST_INVALID, also when there is none
 */
export async function recordVerification(
  path: string,
  result: Verification & { readonly failure?: string },
): Promise<Manifest> {
  const manifest = await readManifest(path);
  if (!manifest) throw invalid(manifestPath(path), 'there is none, so nothing can be recorded in it');
  const { verified, damaged: _, ...rest } = manifest;
  const { failure, ...verification } = result;
  const outcome =
    failure === undefined
      ? { verified: verified?.level === 'deep' && verification.level === 'read' ? verified : verification }
      : { damaged: { ...verification, reason: failure } };
  const changed: Manifest = { ...rest, ...outcome };
  const content = `${JSON.stringify(changed, undefined, 2)}\n`;
  await writeFilesAtomically([{ path: manifestPath(path), content, mode: 0o600 }]);
  return changed;
}

const invalid = (file: string, what: string, cause?: unknown): ProblemError =>
  new ProblemError(
    {
      code: 'BACKUP_MANIFEST_INVALID',
      title: `the manifest of the backup cannot be used: ${what}`,
      place: { file },
      next: what.includes('newer')
        ? 'Update coog: npm install -g @coog/cli'
        : `without a manifest a backup is read through before it is loaded: mv ${shellPath(file)} ${shellPath(`${file}.broken`)}`,
    },
    { cause },
  );
