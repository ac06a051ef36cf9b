/**
 * Names of files on Linux are bytes, not text. Inside of this folder a path is a string with one character a byte
 * ("latin1"), so that nothing is lost; `onDisk` and `inTar` translate at the two borders.
 */
export const onDisk = (path: string): Buffer => Buffer.from(path, 'latin1');

/** A record of a tar entry that holds, in hexadecimal, a path or a link's target that is no UTF-8. */
export const RAW_NAME = 'COOG.path';
export const RAW_TARGET = 'COOG.linkpath';

/** The text that stands in the archive, and the bytes where the text alone would not give them back. */
export function inTar(path: string): { readonly text: string; readonly raw?: string } {
  const bytes = onDisk(path);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? { text } : { text, raw: bytes.toString('hex') };
}

export const fromTar = (text: string, raw: unknown): string =>
  (typeof raw === 'string' && /^([0-9a-f]{2})+$/.test(raw) ? Buffer.from(raw, 'hex') : Buffer.from(text)).toString(
    'latin1',
  );

/**
 * The path of an entry below the folder that it is unpacked into: no `.` in it and no slash at its end, empty for the folder
 * itself. Undefined when it could lead anywhere else.
 */
export function safePath(name: string): string | undefined {
  if (name === '' || name.startsWith('/') || name.includes('\0')) return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') ? undefined : parts.join('/');
}

/**
 * Whether a link, from the folder that it lies in, stays inside: it may go up at its beginning, as far as the folder, and
 * then only down. A `..` further on could follow another link first and come out elsewhere.
 */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return false;
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const up = parts.findIndex((part) => part !== '..');
  const ups = up < 0 ? parts.length : up;
  return ups <= path.split('/').length - 1 && !parts.slice(ups).includes('..');
}
