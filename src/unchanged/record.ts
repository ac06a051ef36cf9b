import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../shared/cache-folder.ts';
import { stamp, stampAll } from './stamps.ts';

/** Who asks, where: with the same words and the same files the answer is the same. */
export interface Asked {
  /** Folder in which coog was started. */
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder of coog's package, as it was started. */
  readonly root: string;
  readonly uid: number;
}

interface Remembered {
  readonly key: string;
  readonly stamps: Readonly<Record<string, string>>;
  readonly answer: string;
}

/** Change with every terminal and mean nothing to a project. */
const volatile = /^(_|PWD|OLDPWD|SHLVL|COLUMNS|LINES|TERM.*|TMUX.*|STY|WINDOWID|SSH_.*|XDG_SESSION_.*|npm_.*)$/;

/** Milliseconds by which the file system's clock may lag behind ours. */
const CLOCK_GRAIN = 50;

/** The answer that was remembered, when nothing that it came from has changed since; it takes about a millisecond. */
export function recall(asked: Asked): string | undefined {
  const file = recordFile(asked);
  if (file === undefined) return undefined;
  try {
    const { key, stamps, answer } = JSON.parse(readFileSync(file, 'utf8')) as Remembered;
    if (key !== keyOf(asked)) return undefined;
    for (const [path, known] of Object.entries(stamps)) if (stamp(path) !== known) return undefined;
    return answer;
  } catch {
    return undefined;
  }
}

/**
 * Remembers an answer together with the state of all that it came from. `since` (milliseconds since 1970) is when reading
 * began: with a file that changed later nothing is remembered, as nobody knows which state was read. A cache that
 * cannot be written is no problem.
 */
export function remember(asked: Asked, sources: readonly string[], answer: string, since: number): void {
  try {
    const file = recordFile(asked);
    const stamps = file === undefined ? undefined : stampAll(sources);
    if (!file || !stamps || stamps.changed > since - CLOCK_GRAIN) return;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const remembered: Remembered = { key: keyOf(asked), stamps: stamps.of, answer };
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(remembered), { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // The next run does the work again.
  }
}

function keyOf({ environment, root, uid }: Asked): string {
  // In a checkout `main` sets NODE_ENV when nobody has.
  const relevant = Object.entries({ ...environment, NODE_ENV: environment.NODE_ENV ?? 'development' });
  const kept = relevant.filter(([name]) => !volatile.test(name)).sort();
  return sha256(JSON.stringify([process.version, root, uid, kept]));
}

function recordFile({ cwd, environment }: Asked): string | undefined {
  const folder = cacheFolder(environment);
  return folder && join(folder, 'unchanged', `${sha256(cwd).slice(0, 32)}.json`);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
