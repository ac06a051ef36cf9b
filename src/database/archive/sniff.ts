import { looksLikeSql, otherText } from './sniff-text.ts';

/** What pg_restore or psql can read; `directory` is a folder; `mongo` is for mongorestore. */
export type Kind = 'custom' | 'directory' | 'sql' | 'tar' | 'mongo';

/** What may be around it. */
export type Wrapping = 'gzip' | 'zstd' | 'zip' | 'age';

export type Sniffed =
  | { readonly kind: Kind }
  | { readonly wrapping: Wrapping }
  | { readonly empty: true }
  /** Known to be something else: what it is, and what to do where something can be done. */
  | { readonly other: string; readonly next?: string };

/** Bytes that `sniff` wants to see, where there are so many: a plain SQL file may begin with long comments. */
export const HEAD = 64 * 1024;

/** Says by the first bytes what a content is, never by a name. */
export function sniff(head: Buffer): Sniffed {
  if (head.length === 0) return { empty: true };
  const found = signatures.find(({ bytes, at = 0 }) => head.subarray(at, at + bytes.length).equals(bytes));
  if (found) return found.is(head);
  const text = textOf(head);
  if (text === undefined) return { other: 'no dump of a database that coog knows' };
  return looksLikeSql(text) ? { kind: 'sql' } : otherText(text);
}

interface Signature {
  readonly bytes: Buffer;
  readonly at?: number;
  readonly is: (head: Buffer) => Sniffed;
}

const signature = (bytes: string | readonly number[], is: Sniffed | Signature['is'], at = 0): Signature => ({
  bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes),
  at,
  is: typeof is === 'function' ? is : () => is,
});

/** pg_dump -Ft writes its table of contents first. */
const tarKind = (head: Buffer): Sniffed =>
  head.subarray(0, 8).equals(Buffer.from('toc.dat\0'))
    ? { kind: 'tar' }
    : { other: 'a tar archive that pg_dump did not make', next: 'Unpack it, and name the dump that is in it.' };

const compressed = (what: string, command: string): Sniffed => ({
  other: `a file compressed with ${what}`,
  next: `decompress it first: ${command} FILE`,
});

const utf16: Sniffed = {
  other: 'UTF-16 text, as PowerShell writes it behind a >',
  next: 'iconv -f UTF-16 -t UTF-8 FILE > FILE.sql, or dump again with pg_dump -f FILE',
};

const signatures: readonly Signature[] = [
  signature('PGDMP', { kind: 'custom' }),
  signature([0x1f, 0x8b, 0x08], { wrapping: 'gzip' }),
  signature([0x28, 0xb5, 0x2f, 0xfd], { wrapping: 'zstd' }),
  signature('PK\x03\x04', { wrapping: 'zip' }),
  signature('PK\x05\x06', { other: 'a zip archive with nothing in it' }),
  signature('age-encryption.org/v1\n', { wrapping: 'age' }),
  signature('-----BEGIN AGE ENCRYPTED FILE-----', {
    other: 'an age file written as text (armoured)',
    next: 'age -d -i IDENTITY_FILE -o DECRYPTED FILE',
  }),
  signature('ustar', tarKind, 257),
  // 0x8199e26d, little endian: mongodump --archive.
  signature([0x6d, 0xe2, 0x99, 0x81], { kind: 'mongo' }),
  signature([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], compressed('xz', 'xz -d -k')),
  signature('BZh', compressed('bzip2', 'bzip2 -d -k')),
  signature([0x04, 0x22, 0x4d, 0x18], compressed('lz4', 'lz4 -d')),
  signature([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], compressed('7-Zip', '7z x')),
  signature('Rar!', compressed('RAR', 'unrar x')),
  signature('SQLite format 3\0', { other: 'a database file of SQLite' }),
  signature('%PDF-', { other: 'a PDF document' }),
  signature('\x7fELF', { other: 'a program' }),
  signature('-----BEGIN PGP MESSAGE', { other: 'a file encrypted with PGP', next: 'gpg -d -o DECRYPTED FILE' }),
  signature([0xff, 0xfe], utf16),
  signature([0xfe, 0xff], utf16),
];

/** Undefined where control characters say that it is no text. Encodings of PostgreSQL keep ASCII as it is. */
function textOf(head: Buffer): string | undefined {
  const text = head.toString('latin1').replace(/^\xef\xbb\xbf/, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  return /[\0-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(text.slice(0, 4096)) ? undefined : text;
}
