import { pipeline } from 'node:stream';
import type { Entry } from 'yauzl';
import { damaged } from './damage.ts';
import { empty, notRecognised, openInput } from './input.ts';
import { asReadable, counted } from './pull.ts';

const CHUNK = 256 * 1024;

/** Names that are shown when a zip holds more than one file. */
const SHOWN = 5;

const STORED = 0;
const DEFLATED = 8;

/** Where the only file of a zip archive lies, and what it must be. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  /** Offsets in bytes; `end` is behind the last. */
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly crc32: number;
}

/**
 * The only file in a zip archive; folders and what macOS adds do not count.
 * @throws ProblemError BACKUP_NOT_RECOGNISED when there are several, or it is packed in a way that coog cannot read;
 * BACKUP_EMPTY, BACKUP_DAMAGED
 */
export async function findEntry(path: string): Promise<ZipEntry> {
  const { fromFdPromise } = await import('yauzl');
  const handle = await openInput(path);
  try {
    const zip = await fromFdPromise(handle.fd, { autoClose: false });
    const entries: Entry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('/') && !entry.fileName.startsWith('__MACOSX/')) entries.push(entry);
      if (entries.length > SHOWN) break;
    }
    const entry = onlyOne(path, entries);
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    return {
      name: entry.fileName,
      method: entry.compressionMethod,
      start: fileDataStart,
      end: fileDataStart + entry.compressedSize,
      size: entry.uncompressedSize,
      crc32: entry.crc32,
    };
  } catch (error) {
    // yauzl has no codes: whatever it does not understand is a zip that is cut off or changed.
    const { code, name, message } = error as NodeJS.ErrnoException;
    throw name === 'ProblemError' || code ? error : damaged(path, `the zip archive cannot be read: ${message}`, error);
  } finally {
    await handle.close();
  }
}

function onlyOne(path: string, entries: readonly Entry[]): Entry {
  const [entry, ...others] = entries;
  if (!entry) throw empty(path, 'the zip archive holds no file');
  if (others.length > 0) {
    const names = entries.slice(0, SHOWN).map((e) => e.fileName);
    const more = entries.length > SHOWN ? ' and more' : '';
    throw notRecognised(path, `a zip archive with several files: ${names.join(', ')}${more}`, 'unzip FILE');
  }
  if (entry.isEncrypted()) throw notRecognised(path, 'a zip archive with a password', 'unzip FILE');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED)
    throw notRecognised(path, `a zip archive compressed by method ${entry.compressionMethod}`, '7z x FILE');
  if (entry.compressedSize === 0 || entry.uncompressedSize === 0)
    throw empty(path, `the file '${entry.fileName}' in the zip archive is empty`);
  return entry;
}

/** The content of the file, checked against its size and checksum, which yauzl does not do. @throws BACKUP_DAMAGED */
export async function* zipEntryStream(
  path: string,
  entry: ZipEntry,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const { crc32, createInflateRaw } = await import('node:zlib');
  const handle = await openInput(path);
  const raw = counted(
    handle.createReadStream({ start: entry.start, end: entry.end - 1, highWaterMark: CHUNK }),
    onRead,
  );
  const content =
    entry.method === STORED ? raw : pipeline(asReadable(raw), createInflateRaw({ chunkSize: CHUNK }), () => undefined);
  let crc = 0;
  let size = 0;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    crc = crc32(chunk, crc);
    size += chunk.length;
    yield chunk;
  }
  if (size !== entry.size || crc !== entry.crc32)
    throw damaged(path, `the file '${entry.name}' in the zip archive does not fit its checksum`);
}
