import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { zipArchive } from '../../../../src/database/archive/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { bytesOf, sourceOf, sqlDump } from './fixtures.ts';

const options = { name: 'coog.sql', date: new Date('2026-01-02T03:04:06Z') };

describe('a zip archive of plain SQL', () => {
  it('is what unzip reads', async () => {
    const path = join(await temporaryFolder(), 'a.zip');
    await writeFile(path, await bytesOf(zipArchive(sourceOf(sqlDump()), options)));
    const unzipped = spawnSync('unzip', ['-p', path, 'coog.sql']);
    if (unzipped.error) return;
    expect(unzipped.stdout.equals(sqlDump())).toBe(true);
    expect(spawnSync('unzip', ['-tq', path]).status).toBe(0);
  });

  it('is the same for the same content', async () => {
    const make = () => bytesOf(zipArchive(sourceOf(sqlDump()), options));
    expect((await make()).equals(await make())).toBe(true);
  });

  it('fails with its source, and never ends as if it were complete', async () => {
    async function* broken() {
      yield sqlDump();
      throw new Error('pg_dump is gone');
    }
    await expect(bytesOf(zipArchive(broken(), options))).rejects.toThrow('pg_dump is gone');
    const destroyed = new Readable({ read() {} });
    destroyed.push(sqlDump());
    setTimeout(() => destroyed.destroy(), 20);
    await expect(bytesOf(zipArchive(destroyed, options))).rejects.toThrow();
  });

  it('ends its source when its reader leaves', async () => {
    let ended = false;
    async function* long() {
      try {
        for (let i = 0; i < 1e6; i++) yield sqlDump(100);
      } finally {
        ended = true;
      }
    }
    for await (const _ of zipArchive(long(), options)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(true);
  });

  it('needs the same memory whatever the size', async () => {
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    async function* long() {
      for (let i = 0; i < 3000; i++) yield Buffer.alloc(64 * 1024, i);
    }
    // What is garbage already says nothing of what is needed; when it is collected depends on the machine's load.
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    let chunks = 0;
    for await (const _ of zipArchive(long(), options)) {
      if (chunks++ % 20 !== 0) continue;
      collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }
    expect(chunks).toBeGreaterThan(20);
    expect(most - before).toBeLessThan(64 * 1024 * 1024);
  });
});
