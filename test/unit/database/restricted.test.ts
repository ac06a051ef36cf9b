import { describe, expect, it } from 'vitest';
import { knowsRestrict, restricted } from '../../../src/database/restricted.ts';

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function wrapped(sql: string, chunk = 7, version = '17.6'): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of restricted(inChunks(sql, chunk), { version }, { trust: false, token: 'TOKEN' }))
    parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

const plain = 'SELECT 1;\n\\! touch /tmp/x\n';
const body = `COPY t FROM stdin;\n${'row é\n'.repeat(20_000)}\\.\n`;

describe('plain SQL that psql may not run programs from', () => {
  it('stands between a restriction that only we can lift', async () => {
    expect(await wrapped(plain)).toBe(`\\restrict TOKEN\n${plain}\n\\unrestrict TOKEN\n`);
  });

  it.each([1_000_000, 4096, 13])('loses the restriction of pg_dump itself, in chunks of %i bytes', async (chunk) => {
    const head = '--\n-- PostgreSQL database dump\n--\n\n';
    const end = '--\n-- PostgreSQL database dump complete\n--\n\n';
    const sql = `${head}\\restrict abcXYZ0\n\n${body}${end}\\unrestrict abcXYZ0\n`;
    expect(await wrapped(sql, chunk)).toBe(
      `\\restrict TOKEN\n${head}\n${body}${end.slice(0, -1)}\n\n\\unrestrict TOKEN\n`,
    );
  });

  it('keeps every other backslash command, for psql to refuse', async () => {
    const sql = '--\n\\restrict abc\nSELECT 1;\n\\unrestrict other\n\\! id\n';
    expect(await wrapped(sql)).toContain('\\unrestrict other\n\\! id\n');
  });

  it.each([
    ['17.6', true],
    ['17.5', false],
    ['18.0', true],
    ['16.10', true],
    ['16.9', false],
    ['12.22', false],
  ])('psql %s knows the restriction: %s', (version, knows) => {
    expect(knowsRestrict(version)).toBe(knows);
  });

  it('is refused by an older psql, unless it is trusted', async () => {
    await expect(wrapped(plain, 7, '17.2')).rejects.toThrow('ARCHIVE_NOT_TRUSTED');
    const parts: Uint8Array[] = [];
    for await (const part of restricted(inChunks(plain, 5), { version: '17.2' }, { trust: true, token: 'T' }))
      parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe(plain);
  });
});
