/** Databases: backed up, loaded, kept, brought back, updated; nothing is lost on the way. */

export { clientServices } from './clients.ts';
export type { DatabaseContext, Intent, Progress } from './context.ts';
export { type Dumped, type DumpOptions, dumpDatabase } from './dump.ts';
export { type ListedBackup, type ListedDatabase, listEverything } from './list.ts';
export { type Loaded, type LoadOptions, loadDatabase } from './load.ts';
export { type Measured, measureDatabases } from './measure.ts';
export {
  dumpMongo,
  loadMongo,
  type MongoDumped,
  type MongoDumpOptions,
  type MongoLoaded,
  type MongoLoadOptions,
} from './mongo/index.ts';
export { type PruneItem, type PruneOptions, prune } from './prune.ts';
export { changeAdminPassword, type Reset, type ResetOptions, resetDatabase } from './reset.ts';
export { openShell, type ShellOptions } from './shell.ts';
export { createSnapshot, dropSnapshot, listSnapshots, restoreSnapshot, type SnapshotInfo } from './snapshots.ts';
export { isKept, type PutBackOptions, putBack, type Undone, undo } from './undo.ts';
export { type Updated, type UpdateOptions, updateDatabase } from './update.ts';
export { type VerifyOptions, verifyBackup } from './verify.ts';
