import { ProblemError } from '../shared/problem.ts';
import type { ClientPrograms } from './server/index.ts';

/** The first minor of each major whose psql knows `\restrict`; later majors all do. CVE-2025-8714. */
const KNOWS_RESTRICT: Readonly<Record<number, number>> = { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 };

/**
 * Wraps plain SQL so that psql runs none of its backslash commands: `\!` in it would run a program. pg_dump's own
 * `\restrict` lines are taken out, as restrictions cannot be nested.
 * @throws ProblemError ARCHIVE_NOT_TRUSTED (exit code 2) where psql is too old for it
 */
export async function* restricted(
  sql: AsyncIterable<Uint8Array>,
  { version }: Pick<ClientPrograms, 'version'>,
  { trust, token }: { trust: boolean; token: string },
): AsyncGenerator<Uint8Array> {
  if (!knowsRestrict(version)) {
    if (!trust) throw new ProblemError(notTrusted(version));
    yield* sql;
    return;
  }
  yield Buffer.from(`\\restrict ${token}\n`);
  yield* withoutOwnRestriction(sql);
  yield Buffer.from(`\n\\unrestrict ${token}\n`);
}

export function knowsRestrict(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major >= 18 || minor >= (KNOWS_RESTRICT[major] ?? Number.POSITIVE_INFINITY);
}

/** Where pg_dump's own line stands: behind its first comment. */
const HEAD = 64 * 1024;

async function* withoutOwnRestriction(sql: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let end: Buffer | undefined;
  let kept: Buffer = Buffer.alloc(0);
  let atHead = true;
  for await (const chunk of sql) {
    kept = kept.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([kept, chunk]);
    if (atHead && kept.length < HEAD) continue;
    if (atHead) ({ kept, end } = beginning(kept));
    atHead = false;
    if (!end) {
      yield kept;
      kept = Buffer.alloc(0);
      continue;
    }
    kept = cut(kept, end);
    // What may be the beginning of the line stays until the rest of it is there.
    const safe = Math.max(0, kept.length - end.length);
    if (safe > 0) yield kept.subarray(0, safe);
    kept = kept.subarray(safe);
  }
  if (atHead) ({ kept, end } = beginning(kept));
  yield end ? cut(kept, end) : kept;
}

function beginning(head: Buffer): { kept: Buffer; end: Buffer | undefined } {
  const text = head.subarray(0, HEAD).toString('latin1');
  const found = /^(?:(?:--.*|)\r?\n)*?(\\restrict (\w+)\r?\n)/.exec(text);
  if (!found) return { kept: head, end: undefined };
  const [whole, line = '', token = ''] = found;
  const at = whole.length - line.length;
  return {
    kept: Buffer.concat([head.subarray(0, at), head.subarray(at + line.length)]),
    end: Buffer.from(`\n\\unrestrict ${token}`),
  };
}

function cut(data: Buffer, line: Buffer): Buffer {
  const at = data.indexOf(line);
  return at < 0 ? data : Buffer.concat([data.subarray(0, at), data.subarray(at + line.length)]);
}

const notTrusted = (version: string) => ({
  code: 'ARCHIVE_NOT_TRUSTED',
  title: `plain SQL can run programs on the server's machine, and psql ${version} cannot be kept from it; nothing was changed`,
  next: 'add --trust-archive when you know where the file comes from, or update the image of PostgreSQL',
});
