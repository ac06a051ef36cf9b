export { analyzeDatabase } from './analyze.ts';
/** A project's PostgreSQL server: where it is, how to talk to it, and what is done with whole databases. */
export { type AsideRequest, createAside, type Made } from './aside.ts';
export { checkRestored, type Difference, type Expected } from './check.ts';
export { clearDatabase, endRestores, extensionsOfOthers, fillWith, type Held, heldBy } from './clear.ts';
export { type ClientChoice, clientFor } from './client/client.ts';
export { type PsqlOptions, runPsql } from './client/interactive.ts';
export { programProblem, requireSuccess } from './client/problem.ts';
export type { ClientPrograms, Program, ProgramOptions, ProgramResult } from './client/types.ts';
export { type Connection, type ConnectOptions, connect, connectToServer, withConnection } from './connect.ts';
export { dropDatabase } from './drop.ts';
export { adoptSnapshot, exportSnapshot } from './exported-snapshot.ts';
export { type Extension, type SchemaFacts, type SequenceFact, schemaFacts, type TrytonModule } from './facts.ts';
export { type DatabaseInfo, listDatabases, type TrytonInfo, trytonOf } from './list.ts';
export {
  isRelatedTo,
  parseRelated,
  type RelatedKind,
  type RelatedName,
  relatedName,
  requireDatabaseName,
  requireOwnName,
} from './names.ts';
export type { DatabaseNote } from './notes.ts';
export { workersFor } from './parallel.ts';
export { shownServer, sqlState } from './problems.ts';
export { type Recovered, recover } from './recover.ts';
export { resolveServer } from './resolve.ts';
export { type RightsWanted, testExtensions, testRights } from './rights.ts';
export { databaseEncoding, missingRoles, rolesNamed } from './roles.ts';
export { type SequenceBehind, sequencesBehind } from './sequences.ts';
export { type Session, sessions } from './sessions.ts';
export { officeDatabases, type ServerPlan, serverSettings } from './settings.ts';
export { type CopyRequest, snapshotDatabase } from './snapshot.ts';
export { freeSpace } from './space.ts';
export { type SwapRequest, swap } from './swap.ts';
export { countRows, hashRows, type ReadOptions, type Table, type TableHash, type TableRows } from './tables.ts';
export type { About, Server, ServerContainer, Tls, TlsMode } from './types.ts';
