import { isUtf8 } from 'node:buffer';
import { isPacked, unpack } from './unpack.ts';

/** How a value is read. */
export type Form = 'text' | 'json' | 'bytes';

/** Where a text stands: `noise` is a picture and the like, where short words are chance; `key` is a key of JSON. */
export type Place = 'value' | 'key' | 'noise';
export type Visit = (text: string, place: Place) => void;

const DEPTH = 4;
/** Letters and digits in a row that may stand for something else. */
const RUN = 16;

/**
 * Hands over every text that is in a value: texts and keys of JSON, also of JSON within texts; what base64 and hexadecimal
 * digits stand for; what bytes hold.
 */
export function readContents(form: Form, raw: string, visit: Visit): void {
  if (form === 'bytes') readBytes(Buffer.from(raw.startsWith('\\x') ? raw.slice(2) : raw, 'hex'), visit);
  else if (form === 'json') readJson(raw, visit, 0);
  else readText(raw, visit, 0);
}

/** As `readContents`, for bytes that are at hand. */
export function readBytes(bytes: Buffer, visit: Visit): void {
  for (const { text, noisy } of unpack(bytes)) {
    if (noisy) visit(text, 'noise');
    else readText(text, visit, 1);
  }
}

function readText(text: string, visit: Visit, depth: number): void {
  if (depth < DEPTH && isJson(text)) {
    readJson(text, visit, depth);
    return;
  }
  visit(text, 'value');
  if (depth >= DEPTH || text.length < RUN) return;
  for (const run of runs(text)) {
    const bytes = decoded(run);
    if (bytes) for (const part of unpack(bytes)) if (!part.noisy) readText(part.text, visit, depth + 1);
  }
}

/** Runs of the letters and digits of base64. By hand: a regular expression would begin anew at every letter. */
function* runs(text: string): Generator<string> {
  let length = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const c = i < text.length ? text.charCodeAt(i) | 32 : 32;
    // a to z, 0 to 9 and what stands beside them in ASCII: +, /, -, and _ with its neighbours.
    const inside = (c >= 97 && c <= 122) || (c >= 48 && c <= 57) || c === 43 || c === 47 || c === 45 || c === 127;
    if (inside) length += 1;
    else {
      if (length >= RUN) yield text.slice(i - length, i);
      length = 0;
    }
  }
}

const isJson = (text: string): boolean => {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return (first === 123 && last === 125) || (first === 91 && last === 93);
};

function readJson(text: string, visit: Visit, depth: number): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    visit(text, 'value');
    return;
  }
  readValue(value, visit, depth + 1);
}

function readValue(value: unknown, visit: Visit, depth: number): void {
  if (typeof value === 'string') readText(value, visit, depth);
  else if (typeof value === 'number') visit(String(value), 'value');
  else if (Array.isArray(value)) for (const item of value) readValue(item, visit, depth);
  else if (value && typeof value === 'object')
    for (const [key, item] of Object.entries(value)) {
      visit(key, 'key');
      readValue(item, visit, depth);
    }
}

/** Bytes that a run of letters and digits stands for, when they are a text or packed; most runs stand for nothing. */
function decoded(run: string): Buffer | undefined {
  const hex = run.replace(/^(0x|x)/, '');
  if (/^[0-9a-fA-F]+$/.test(hex) && hex.length % 2 === 0) {
    const bytes = Buffer.from(hex, 'hex');
    if (isLegible(bytes)) return bytes;
  }
  // Enough of it to judge.
  if (!isLegible(Buffer.from(run.slice(0, 24), 'base64'))) return undefined;
  return Buffer.from(run, 'base64');
}

function isLegible(bytes: Buffer): boolean {
  if (isPacked(bytes)) return true;
  const end = bytes.subarray(0, 18);
  // A character may be cut in two at the end.
  const whole = isUtf8(end) || isUtf8(end.subarray(0, -1)) || isUtf8(end.subarray(0, -2));
  return (whole && !end.some((byte) => byte < 9)) || (end[1] === 0 && end[3] === 0);
}
