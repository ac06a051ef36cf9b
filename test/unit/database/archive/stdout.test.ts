import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { StreamHasher } from '../../../../src/database/archive/digests.ts';
import { writeStream } from '../../../../src/database/archive/index.ts';
import { bytesOf, customDump, sourceOf } from './fixtures.ts';

const content = customDump(3_000_000);

describe('a backup to the standard output', () => {
  it('is what came, with its digests, and the output stays open', async () => {
    const output = new PassThrough();
    const reading = bytesOf(output);
    const digests = await writeStream(sourceOf(content), output);
    expect(output.writableEnded).toBe(false);
    output.end();
    expect((await reading).equals(content)).toBe(true);
    const hasher = new StreamHasher();
    hasher.update(content);
    expect(digests).toEqual(hasher.finish());
  });

  it('waits for a slow reader', async () => {
    let waiting = 0;
    let most = 0;
    const output = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _, done) {
        waiting += chunk.length;
        most = Math.max(most, waiting);
        setTimeout(() => {
          waiting -= chunk.length;
          done();
        }, 1);
      },
    });
    await writeStream(sourceOf(content), output);
    expect(most).toBeLessThan(200_000);
  });

  it('tells of a reader that is gone', async () => {
    const child = spawn('head', ['-c', '1000'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const error = await writeStream(sourceOf(Buffer.concat(Array(20).fill(content))), child.stdin).catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ exitCode: 1, problems: [{ code: 'OUTPUT_CLOSED' }] });
    if (child.exitCode === null) await once(child, 'close');
  });

  it('tells of an output that was closed before', async () => {
    const output = new PassThrough();
    output.destroy();
    await expect(writeStream(sourceOf(content), output)).rejects.toMatchObject({
      problems: [{ code: 'OUTPUT_CLOSED' }],
    });
  });

  it('stops at a signal though nobody reads', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('Ctrl-C')), 30);
    const output = new PassThrough({ highWaterMark: 10 });
    await expect(writeStream(sourceOf(content), output, { signal: controller.signal })).rejects.toThrow('Ctrl-C');
  });
});
