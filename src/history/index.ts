/** One changing command a project at a time, and what each of them did. */
export { asChange, type Change, type Changer, lockFile, stateFolder } from './change.ts';
export { type Holder, holderOf, type Taking, takeLock, type Wish } from './file-lock.ts';
export { knownProjects, rememberProject } from './known.ts';
export { type HistoryEntry, projectHistory } from './project.ts';
export { type HistoryRead, type HistoryRecord, type Result, readHistory } from './records.ts';
