import type { Stats } from 'node:fs';
import type { Header } from 'tar-stream';
import { inTar, RAW_NAME, RAW_TARGET } from './names.ts';
import type { Found } from './walk.ts';

/** Largest owner number that a tar header has room for; a larger one stands in its extension. */
const MOST_OWNER = 0o777777;

/** Seconds: what tar-stream can write. */
const MOST_TIME = 0x7fffffff;

export type HeaderOf = Partial<Header> & Pick<Header, 'name'>;

/** How something is written into a tar archive; undefined for what none can hold. */
export function headerOf({ path, info, target }: Found): HeaderOf | undefined {
  const type = typeOf(info);
  if (!type) return undefined;
  const name = inTar(type === 'directory' ? `${path}/` : path);
  const link = target === undefined ? undefined : inTar(target);
  const pax = {
    ...(info.uid > MOST_OWNER && { uid: `${info.uid}` }),
    ...(info.gid > MOST_OWNER && { gid: `${info.gid}` }),
    ...(name.raw !== undefined && { [RAW_NAME]: name.raw }),
    ...(link?.raw !== undefined && { [RAW_TARGET]: link.raw }),
  };
  return {
    name: path === '' ? './' : name.text,
    type,
    ...(link && { linkname: link.text }),
    size: type === 'file' ? info.size : 0,
    mode: info.mode & 0o7777,
    uid: Math.min(info.uid, MOST_OWNER),
    gid: Math.min(info.gid, MOST_OWNER),
    mtime: new Date(Math.min(Math.max(0, Math.trunc(info.mtimeMs / 1000)), MOST_TIME) * 1000),
    ...(Object.keys(pax).length > 0 && { pax }),
  };
}

function typeOf(info: Stats): 'file' | 'directory' | 'symlink' | undefined {
  if (info.isFile()) return 'file';
  if (info.isDirectory()) return 'directory';
  return info.isSymbolicLink() ? 'symlink' : undefined;
}
