import type { Header } from 'tar-stream';
import { ProblemError } from '../../../shared/problem.ts';
import { fromTar, onDisk, RAW_NAME, RAW_TARGET, safePath, staysInside } from './names.ts';

/** An entry that may be made. */
export interface Judged {
  /** Below the folder, one character a byte; empty for the folder itself. */
  readonly path: string;
  /** Of a symbolic link. */
  readonly target?: string;
  readonly header: Header;
}

/** @throws ProblemError FILESTORE_UNSAFE */
export function judge(header: Header, trustLinks: boolean): Judged {
  const pax = (header.pax ?? {}) as Record<string, unknown>;
  const name = fromTar(header.name, pax[RAW_NAME]);
  const path = safePath(name);
  if (path === undefined) throw unsafe(name, 'its name leads out of the folder');
  if (header.type !== 'file' && header.type !== 'directory' && header.type !== 'symlink')
    throw unsafe(name, `it is a ${header.type ?? 'thing of unknown kind'}, which a document store does not hold`);
  if (path === '' && header.type !== 'directory') throw unsafe(name, 'it has the name of the folder itself');
  if (header.type !== 'symlink') return { path, header };
  const target = fromTar(header.linkname ?? '', pax[RAW_TARGET]);
  if (target === '' || target.includes('\0') || (!trustLinks && !staysInside(path, target)))
    throw unsafe(name, `it is a link that leads out of the folder, to ${shown(target)}`);
  return { path, target, header };
}

export const unsafe = (name: string, why: string): ProblemError =>
  new ProblemError({
    code: 'FILESTORE_UNSAFE',
    title: `the packed document store holds ${shown(name)}, which is not unpacked: ${why}`,
    detail: 'coog does not pack such entries. Nothing of the archive was kept.',
    next: 'Find out where this archive comes from before you use it.',
  });

const shown = (bytes: string): string => `'${onDisk(bytes).toString()}'`;
