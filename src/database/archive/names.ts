import { createHash } from 'node:crypto';

/** Bytes that a file name may have on every common file system. */
export const NAME_LIMIT = 255;

/** Room for `-`, the time, the longest suffix of a companion file, and digests. */
const PART_LIMIT = 80;

/**
 * The default name of a backup: `<project>-<database>-<UTC time>.dump`. Only letters, digits, `.`, `_` and `-` come out;
 * a name that had to be changed gets six digits of its digest, so that two databases never share one.
 */
export const backupName = (project: string, database: string, now: Date, suffix = '.dump'): string =>
  `${nameSafe(project)}-${nameSafe(database)}-${utcStamp(now)}${suffix}`;

/** Where the manifest of a backup lies. */
export const manifestPath = (path: string): string => `${path}.manifest.json`;

/** Where the document store of a backup lies. */
export const filestorePath = (path: string): string => `${path}.filestore.tar.zst`;

/** `20260102T030405Z` */
export const utcStamp = (time: Date): string =>
  time
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replace(/[-:]/g, '');

/** A path as one word of a shell, for a command that a person copies. */
export const shellPath = (path: string): string =>
  /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

function nameSafe(name: string): string {
  const safe = name
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .replace(/^[.-]+/, '_')
    .slice(0, PART_LIMIT);
  if (safe === name && safe !== '') return safe;
  return `${safe}_${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;
}
