import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import { execa } from 'execa';
import type { World } from './world.ts';

/** What pg_dump itself writes, as the scripts called it; the server's own program, no code of coog. */
export async function pgDump(world: World, ...args: string[]): Promise<Buffer> {
  const { id } = await world.project.container('postgres');
  const command = ['exec', id, 'pg_dump', '-U', 'coog', ...args, ...(args.includes('-d') ? [] : ['-d', 'coog'])];
  const { stdout } = await execa('docker', command, { encoding: 'buffer', maxBuffer: 1024 ** 3 });
  return Buffer.from(stdout);
}

/** What the formats of the scripts and of other tools hold. */
export const formats = {
  'plain SQL': (world: World) => pgDump(world, '-Fp'),
  'gzipped SQL': async (world: World) => promisify(gzip)(await pgDump(world, '-Fp')),
  'zipped SQL': async (world: World) => zipped({ 'coog.sql': await pgDump(world, '-Fp') }),
  'an archive that is compressed by gzip': (world: World) => pgDump(world, '-Fc', '-Z', '5'),
  'an archive in the format tar': (world: World) => pgDump(world, '-Ft'),
  'zstd around an archive that is not compressed': async (world: World) =>
    promisify(zstdCompress)(await pgDump(world, '-Fc', '-Z', '0')),
} as const;

/** A zip archive with these files. */
export async function zipped(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const { ZipArchive } = await import('archiver');
  const archive = new ZipArchive({ zlib: { level: 1 } });
  for (const [name, content] of Object.entries(files)) archive.append(content, { name });
  archive.finalize().catch(() => undefined);
  const parts: Uint8Array[] = [];
  for await (const part of archive as unknown as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

/** A copy of the backup, with its manifest unless said otherwise; both can be changed on the way. */
export async function copyOfBackup(
  world: World,
  name: string,
  change: {
    readonly data?: (data: Buffer) => Buffer;
    readonly manifest?: ((manifest: Record<string, unknown>) => unknown) | 'none';
  } = {},
): Promise<string> {
  const path = world.file(name);
  const data = await readFile(world.backup);
  await writeFile(path, change.data?.(data) ?? data);
  const { manifest = (same: unknown) => same } = change;
  if (manifest === 'none') return path;
  const facts = JSON.parse(await readFile(`${world.backup}.manifest.json`, 'utf8')) as Record<string, unknown>;
  await writeFile(`${path}.manifest.json`, JSON.stringify(manifest(facts)));
  return path;
}

/** The same bytes with one bit changed. */
export function flipped(data: Buffer, bit: number): Buffer {
  const changed = Buffer.from(data);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}
