import { appendFile, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** How a command ended that changed a project, or may have. `killed`: it could not say so itself. */
export type Result = 'done' | 'failed' | 'interrupted' | 'killed';

/** One line of the history. It holds names only: no values, no arguments, no secrets. */
export interface HistoryRecord {
  /** When it began; ISO 8601, UTC. */
  readonly at: string;
  readonly command: string;
  /** What was changed, by name; empty when the command says it all. */
  readonly what: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly result: Result;
  /** Codes of the problems that it ended with. */
  readonly problems?: readonly string[];
  /** Milliseconds; absent for one that was killed. */
  readonly took?: number;
}

export interface HistoryRead {
  /** The oldest first. */
  readonly records: readonly HistoryRecord[];
  /** Lines that nobody can read: a power cut or a full disk tore them. */
  readonly torn: number;
}

const FILE = 'history.jsonl';
export const historyFile = (folder: string): string => join(folder, FILE);
const OLDER = 'history.1.jsonl';

/** Bytes from which a file is put aside as the older one, which replaces the one before it: some 2,000 commands each. */
const MOST_BYTES = 512 * 1024;

/**
 * Adds a line, in one write. `folder` is .coog of the project; only who has the project's lock may call this. A line that was
 * torn before is ended first, so that it takes no other with it.
 */
export async function appendHistory(folder: string, record: HistoryRecord): Promise<void> {
  const path = historyFile(folder);
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size > MOST_BYTES) await rename(path, join(folder, OLDER));
  const torn = size > 0 && size <= MOST_BYTES && (await lastByte(path, size)) !== '\n';
  await appendFile(path, `${torn ? '\n' : ''}${JSON.stringify(record)}\n`, { mode: 0o600 });
}

async function lastByte(path: string, size: number): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}

/** All that is kept. A project without a history has an empty one. @throws what the file system says, but for ENOENT */
export async function readHistory(folder: string): Promise<HistoryRead> {
  const texts = await Promise.all([OLDER, FILE].map((name) => readOrEmpty(join(folder, name))));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
  const records = lines.flatMap((line) => parseRecord(line) ?? []);
  return { records, torn: lines.length - records.length };
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

const words = ['at', 'command', 'what', 'user', 'host', 'result'] as const;

function parseRecord(line: string): HistoryRecord | undefined {
  try {
    const record = JSON.parse(line) as HistoryRecord | null;
    const whole = typeof record === 'object' && record && words.every((name) => typeof record[name] === 'string');
    return whole ? record : undefined;
  } catch {
    return undefined;
  }
}
