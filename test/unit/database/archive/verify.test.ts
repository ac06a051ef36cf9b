import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StreamHasher } from '../../../../src/database/archive/digests.ts';
import { createArchive, type Digests, verifyHash } from '../../../../src/database/archive/index.ts';
import { Random } from '../../../support/random.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { codeOf, customDump, facts, openFiles, sourceOf } from './fixtures.ts';

const MiB = 1024 * 1024;

async function backup(size: number): Promise<{ path: string; digests: Digests; content: Buffer }> {
  const path = join(await temporaryFolder(), 'a.dump');
  const content = customDump(size);
  const writer = await createArchive({ path });
  const digests = await writer.write(sourceOf(content));
  await writer.commit(facts);
  return { path, digests, content };
}

/** With small blocks, so that many of them fit into a small file. */
function smallBlocks(content: Buffer, blockSize = 1000): Digests {
  const hasher = new StreamHasher(blockSize);
  hasher.update(content);
  return hasher.finish();
}

describe('a backup is verified', () => {
  it('when it is as it was written', async () => {
    const { path, digests, content } = await backup(40 * MiB);
    const seen: number[] = [];
    expect(await verifyHash(path, digests, { onProgress: (bytes) => seen.push(bytes) })).toEqual(digests);
    expect(seen.at(-1)).toBe(content.length);
  });

  it('also an empty one', async () => {
    const path = join(await temporaryFolder(), 'a');
    await writeFile(path, '');
    expect(await verifyHash(path, smallBlocks(Buffer.alloc(0)))).toMatchObject({ size: 0, blocks: [] });
  });

  it('until a signal comes', async () => {
    const { path, digests } = await backup(5 * MiB);
    await expect(verifyHash(path, digests, { signal: AbortSignal.abort(new Error('Ctrl-C')) })).rejects.toThrow(
      'Ctrl-C',
    );
  });
});

describe('damage is found', () => {
  it('in each of 200 flipped bits, and the block is named', async () => {
    const { path, content } = await backup(50_000);
    const expected = smallBlocks(content);
    const random = new Random(7);
    for (let i = 0; i < 200; i++) {
      const place = random.below(content.length);
      const flipped = Buffer.from(content);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << random.below(8));
      await writeFile(path, flipped);
      const error = await verifyHash(path, expected).catch((e: unknown) => e);
      const block = Math.floor(place / 1000);
      const last = Math.min(content.length, (block + 1) * 1000) - 1;
      expect(error).toMatchObject({
        exitCode: 2,
        problems: [{ code: 'BACKUP_DAMAGED', title: expect.stringContaining(`(bytes ${block * 1000} to ${last})`) }],
      });
    }
  });

  it('in the first of several bad blocks of 16 MiB', async () => {
    const { path, digests, content } = await backup(40 * MiB);
    for (const place of [17 * MiB, 39 * MiB]) content[place] = (content[place] ?? 0) ^ 1;
    await writeFile(path, content);
    await expect(verifyHash(path, digests)).rejects.toThrow(
      `block 2 of 3 is changed (bytes ${16 * MiB} to ${32 * MiB - 1})`,
    );
  });

  it('at every truncation and addition, with both sizes', async () => {
    const { path, digests, content } = await backup(3000);
    for (let size = 0; size < content.length; size += 61) {
      await writeFile(path, content);
      await truncate(path, size);
      await expect(verifyHash(path, digests)).rejects.toThrow(
        `it has ${size} bytes and was written with ${content.length}`,
      );
    }
    await writeFile(path, Buffer.concat([content, Buffer.from('x')]));
    await expect(verifyHash(path, digests)).rejects.toThrow('something was added');
  });

  it('in two blocks that were exchanged, and in zeros', async () => {
    const { path, content } = await backup(10_000);
    const expected = smallBlocks(content);
    const exchanged = Buffer.concat([content.subarray(1000, 2000), content.subarray(0, 1000), content.subarray(2000)]);
    const zeros = Buffer.from(content).fill(0, 4096, 8192);
    for (const [changed, block] of [
      [exchanged, 'block 1 '],
      [zeros, 'block 5 '],
    ] as const) {
      await writeFile(path, changed);
      await expect(verifyHash(path, expected)).rejects.toThrow(block);
    }
  });

  it('and what is no file, or none any more, is told', async () => {
    const { path, digests } = await backup(100);
    expect(await codeOf(verifyHash(`${path}.none`, digests))).toBe('BACKUP_MISSING');
    await mkdir(`${path}.folder`);
    expect(await codeOf(verifyHash(`${path}.folder`, digests))).toBe('BACKUP_NOT_RECOGNISED');
  });

  it('and no file stays open', async () => {
    const { path, digests, content } = await backup(3 * MiB);
    const before = await openFiles();
    content[5] = 0xff;
    await writeFile(path, content);
    for (let i = 0; i < 20; i++) await codeOf(verifyHash(path, digests));
    expect(await openFiles()).toBeLessThanOrEqual(before + 1);
    expect((await readFile(path)).equals(content)).toBe(true);
  });
});
