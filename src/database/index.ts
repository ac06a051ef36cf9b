/** Databases: backed up, loaded, kept, brought back, updated; nothing is lost on the way. */

/** What a plugin needs that works on whole databases as `db:*` does: aside, checked, then swapped in. */
export { runAdmin } from './admin.ts';
export { makeBackupsFolder } from './backups.ts';
export { clientServices } from './clients.ts';
export type { DatabaseContext, Intent, Progress } from './context.ts';
export { type Dumped, type DumpOptions, dumpDatabase } from './dump.ts';
export type { DumpStep, PreparedDump } from './dump-step.ts';
export { type DatabaseHealth, projectBackups, type ServerHealth, serverHealth } from './health.ts';
export { type KeepOptions, keepDatabase } from './keep.ts';
export { type ListedBackup, type ListedDatabase, listEverything } from './list.ts';
export { type Loaded, type LoadOptions, loadDatabase } from './load.ts';
export { withLock } from './lock.ts';
export { type Measured, type MeasuredDatabase, measureDatabases } from './measure.ts';
export {
  dumpMongo,
  loadMongo,
  type MongoDumped,
  type MongoDumpOptions,
  type MongoLoaded,
  type MongoLoadOptions,
  mongoIsUsed,
} from './mongo/index.ts';
export { beginChange, requireSpace } from './prepare.ts';
export { type PruneItem, type PruneOptions, prune } from './prune.ts';
export { existing, replaceBy, timeId } from './replace.ts';
export { changeAdminPassword, type Reset, type ResetOptions, resetDatabase } from './reset.ts';
export {
  type Connection,
  connect,
  countRows,
  dropDatabase,
  requireOwnName,
  type Server,
  snapshotDatabase,
  sqlState,
  withConnection,
  workersFor,
} from './server/index.ts';
export { databaseServers, databaseUsers } from './services.ts';
export { openShell, type ShellOptions } from './shell.ts';
export { createSnapshot, dropSnapshot, listSnapshots, restoreSnapshot, type SnapshotInfo } from './snapshots.ts';
export { openTarget, type Target } from './target.ts';
export { isKept, type PutBackOptions, putBack, type Undone, undo } from './undo.ts';
export { type Updated, type UpdateOptions, updateDatabase } from './update.ts';
export { type VerifyOptions, verifyBackup } from './verify.ts';
