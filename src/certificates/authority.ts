import { mkdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { writeFilesAtomically } from '../shared/atomic-write.ts';
import { ProblemError } from '../shared/problem.ts';
import { type MadePair, makeAuthority } from './make.ts';

export interface Authority extends MadePair {
  /** The file that people add to what they trust. */
  readonly file: string;
  readonly isNew: boolean;
}

/**
 * The user's own authority, made when there is none: whoever trusts it once trusts the certificates of all projects.
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export async function ensureAuthority(
  environment: Readonly<Record<string, string | undefined>>,
  now: Date,
): Promise<Authority> {
  const folder = authorityFolder(environment);
  const [file, keyFile] = [join(folder, 'ca.pem'), join(folder, 'ca-key.pem')];
  const [certificate, key] = await Promise.all([textOf(file), textOf(keyFile)]);
  if (certificate !== undefined && key !== undefined) return { certificate, key, file, isNew: false };
  const made = await makeAuthority(now);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFilesAtomically([
    { path: keyFile, content: made.key, mode: 0o600 },
    { path: file, content: made.certificate, mode: 0o644 },
  ]);
  return { ...made, file, isNew: true };
}

function authorityFolder({ XDG_DATA_HOME = '', HOME = '' }: Readonly<Record<string, string | undefined>>): string {
  if (isAbsolute(XDG_DATA_HOME)) return join(XDG_DATA_HOME, 'coog', 'authority');
  if (isAbsolute(HOME)) return join(HOME, '.local', 'share', 'coog', 'authority');
  throw new ProblemError({
    code: 'HOME_UNKNOWN',
    title: 'neither XDG_DATA_HOME nor HOME says where your own authority is kept',
    next: 'set HOME to your home folder',
  });
}

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
