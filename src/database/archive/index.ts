/** Backup files: written safely, recognised by content, read with every check, packed, listed and chosen among. */
export type { Committed } from './commit.ts';
export type { Digests } from './digests.ts';
export { freeBytes, noRoomLeft, readBackFailure, requireFreeBytes } from './disk.ts';
export { type PackedFilestore, type PackOptions, type PackSummary, packFilestore } from './filestore/pack.ts';
export { type Unpacked, type UnpackOptions, unpackFilestore } from './filestore/unpack.ts';
export { folderBytes } from './folder.ts';
export { lastSize } from './last.ts';
export { type Backup, listBackups } from './list.ts';
export {
  type BackupFacts,
  type FilestoreFacts,
  type Manifest,
  readManifest,
  recordVerification,
  type Verification,
} from './manifest.ts';
export { backupName, filestorePath, manifestPath } from './names.ts';
export { type OpenedArchive, type OpenOptions, openArchive, readThrough } from './open.ts';
export { partialPath, removeAsOne, removeStalePartials } from './partial.ts';
export type { Source } from './pull.ts';
export type { PumpOptions } from './pump.ts';
export { type Content, recognise } from './recognise.ts';
export { type Candidate, candidateOf, type Decision, type RetentionPolicy, selectBackups } from './retention.ts';
export type { Kind, Wrapping } from './sniff.ts';
export { type StreamOptions, writeStream } from './stdout.ts';
export { type Expected, verifyHash } from './verify.ts';
export { type ArchiveOptions, type ArchiveWriter, createArchive } from './write.ts';
export { createFolderArchive, type FolderWriter } from './write-folder.ts';
export { type ZipOptions, zipArchive } from './zip.ts';
