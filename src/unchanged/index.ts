/**
 * Remembers that `configure` had nothing to do, and what that came from, so that asking again costs a look at the files
 * instead of reading and resolving them. Imports next to nothing: the answer comes before oclif is loaded.
 */
export { type Asked, recall, remember } from './record.ts';
export { sourcesOf } from './sources.ts';
