import { isUtf8 } from 'node:buffer';
import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** What one packed part may become, in bytes: memory stays bounded whatever somebody packed. */
const LARGEST = 32 * 1024 * 1024;
const OPTIONS = { maxOutputLength: LARGEST };

/** Bytes as texts, packed ones (gzip, zlib, zip and so office files, streams of PDF) unpacked. */
export interface Unpacked {
  readonly text: string;
  /** Of a picture or the like: short words in it are chance. */
  readonly noisy: boolean;
}

export function* unpack(bytes: Buffer, depth = 0): Generator<Unpacked> {
  const packed = depth < 3 ? [...inside(bytes)] : [];
  for (const part of packed) yield* unpack(part, depth + 1);
  // What is not packed in a PDF is read as well.
  if (packed.length > 0 && !isPdf(bytes)) return;
  const wide = wideText(bytes);
  if (wide !== undefined) yield { text: wide, noisy: false };
  else if (isUtf8(bytes)) yield { text: bytes.toString('utf8'), noisy: false };
  else if (isLatin(bytes)) yield { text: bytes.toString('latin1'), noisy: false };
  else {
    for (const [run] of bytes.toString('latin1').matchAll(/[\x20-\x7e\xa0-\xff]{8,}/g))
      yield { text: run, noisy: true };
  }
}

const PDF = Buffer.from('%PDF-');

/** Whether bytes begin as gzip, zlib, zip or PDF do. */
export const isPacked = (bytes: Buffer): boolean => isGzip(bytes) || isZlib(bytes) || isZip(bytes) || isPdf(bytes);

const isGzip = ([a, b, c]: Buffer): boolean => a === 0x1f && b === 0x8b && c === 8;
const isZlib = ([a, b]: Buffer): boolean => a === 0x78 && (b === 0x01 || b === 0x5e || b === 0x9c || b === 0xda);
const isZip = (bytes: Buffer): boolean => bytes.subarray(0, 4).equals(LOCAL);
const isPdf = (bytes: Buffer): boolean => bytes.subarray(0, 5).equals(PDF);

function* inside(bytes: Buffer): Generator<Buffer> {
  if (isGzip(bytes)) yield* opened(() => gunzipSync(bytes, OPTIONS));
  else if (isZlib(bytes)) yield* opened(() => inflateSync(bytes, OPTIONS));
  else if (isZip(bytes)) yield* zipped(bytes);
  else if (isPdf(bytes)) yield* streams(bytes);
}

const LOCAL = Buffer.from('PK\x03\x04', 'latin1');

/** Entries by their local headers (APPNOTE 4.3.7); names of files too. */
function* zipped(bytes: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf(LOCAL); at >= 0 && at + 30 <= bytes.length; at = bytes.indexOf(LOCAL, at + 4)) {
    const method = bytes.readUInt16LE(at + 8);
    const size = bytes.readUInt32LE(at + 18);
    const nameEnd = at + 30 + bytes.readUInt16LE(at + 26);
    const start = nameEnd + bytes.readUInt16LE(at + 28);
    yield bytes.subarray(at + 30, nameEnd);
    if (method === 8) yield* opened(() => inflateRawSync(bytes.subarray(start), OPTIONS));
    else yield bytes.subarray(start, start + size);
  }
}

function* streams(bytes: Buffer): Generator<Buffer> {
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    let start = at + 6;
    while (bytes[start] === 13 || bytes[start] === 10) start += 1;
    if (bytes[start] === 0x78) yield* opened(() => inflateSync(bytes.subarray(start), OPTIONS));
  }
}

/** What looks packed and is not is read as it is. */
function* opened(open: () => Buffer): Generator<Buffer> {
  let content: Buffer | undefined;
  try {
    content = open();
  } catch {
    content = undefined;
  }
  if (content) yield content;
}

/** UTF-16, with its mark or without: every second byte of Latin text is 0. */
function wideText(bytes: Buffer): string | undefined {
  const some = bytes.subarray(0, 400);
  const zeros = [0, 0];
  for (let i = 0; i < some.length; i += 1) if (some[i] === 0) zeros[i % 2] = (zeros[i % 2] as number) + 1;
  const marked = some[0] === 0xff && some[1] === 0xfe;
  const markedBig = some[0] === 0xfe && some[1] === 0xff;
  const half = some.length / 2;
  if (half < 4 && !marked && !markedBig) return undefined;
  const [even = 0, odd = 0] = zeros;
  if (marked || (odd > half * 0.7 && even < half * 0.1)) return bytes.toString('utf16le');
  if (markedBig || (even > half * 0.7 && odd < half * 0.1))
    return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)))
      .swap16()
      .toString('utf16le');
  return undefined;
}

/** ISO 8859-1 or Windows 1252: hardly a control character. */
function isLatin(bytes: Buffer): boolean {
  const some = bytes.subarray(0, 4096);
  let controls = 0;
  for (const byte of some) if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13) controls += 1;
  return controls <= some.length / 200;
}
