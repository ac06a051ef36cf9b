import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Contributor } from '../extension/index.ts';

/** Where coog was started, for the place of its cache. */
export interface CacheRequest {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cli: Contributor;
}

/** The value that was kept in a file under a key; undefined when there is none that can be read. */
export async function readCached<T>(file: string, key: string): Promise<T | undefined> {
  try {
    const found = deserialize(await readFile(file)) as { key: string; value: T };
    return found.key === key ? found.value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a value, read by its owner only. Where that cannot be done everything works as well, a little slower. */
export async function writeCached(file: string, key: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Exact for whatever YAML can hold; JSON would lose `.inf` and `.nan`.
    await writeFile(temporary, serialize({ key, value }), { mode: 0o600 });
    await rename(temporary, file);
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Says who parsed: in a checkout the parser itself changes without a new version. */
export async function parserVersion(cli: Contributor): Promise<string> {
  const built = await stat(join(cli.root, 'dist/.tsbuildinfo')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return JSON.stringify([cli.version, built]);
}
