import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createArchive } from '../../../src/database/archive/index.ts';
import { isPartial, partialPath, removeStalePartials } from '../../../src/database/archive/partial.ts';
import { Random } from '../../support/random.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { facts, namesIn, sourceOf } from '../../unit/database/archive/fixtures.ts';

const entrance = import.meta.resolve('../../../src/database/archive/index.ts');

/** A process that writes slowly, tells its first progress, and commits after about 100 ms. */
const script = (path: string): string => `
  import { createArchive } from ${JSON.stringify(entrance)};
  const piece = Buffer.alloc(1024 * 1024, 7);
  async function* slowly() {
    for (let i = 0; i < 50; i++) { yield piece; await new Promise((r) => setTimeout(r, 2)); }
  }
  const writer = await createArchive({ path: ${JSON.stringify(path)} });
  await writer.write(slowly(), { onProgress: () => process.stdout.write('.') });
  await writer.commit(${JSON.stringify(facts)});
`;

describe('a process that is killed while it writes', () => {
  it('leaves no file with the final name, or all of it, and the next run cleans up', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.dump');
    const random = new Random(5);
    let unfinished = 0;
    for (let round = 0; round < 12; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script(path)]);
      await once(child.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, random.below(150)));
      child.kill('SIGKILL');
      await once(child, 'close');
      const names = await namesIn(folder);
      if (names.includes('a.dump')) {
        expect((await stat(path)).size).toBe(50 * 1024 * 1024);
        await rm(path);
        await rm(`${path}.manifest.json`, { force: true });
      } else {
        unfinished += 1;
        expect(names.filter((name) => !isPartial(name))).toEqual([]);
      }
    }
    expect(unfinished).toBeGreaterThan(3);
    const writer = await createArchive({ path });
    await writer.write(sourceOf(Buffer.from('PGDMP')));
    await writer.commit(facts);
    expect(await namesIn(folder)).toEqual(['a.dump', 'a.dump.manifest.json']);
  }, 60_000);
});

describe('an unfinished file', () => {
  const rename = (name: string, pattern: RegExp, by: string) => name.replace(pattern, by);

  it('of a process that writes stays', async () => {
    const folder = await temporaryFolder();
    const writer = await createArchive({ path: join(folder, 'a.dump') });
    const before = await namesIn(folder);
    const other = await createArchive({ path: join(folder, 'b.dump') });
    expect(await namesIn(folder)).toEqual(expect.arrayContaining(before));
    await writer.abort();
    await other.abort();
  });

  it('of a process whose number another has now goes', async () => {
    const folder = await temporaryFolder();
    const own = await partialPath(join(folder, 'a.dump'));
    const earlier = rename(own, /-(\d+)-(\d+)-/, `-${process.pid}-1-`);
    await writeFile(own, '');
    await writeFile(earlier, '');
    await removeStalePartials(folder);
    expect(await namesIn(folder)).toEqual([own.slice(folder.length + 1)]);
  });

  it('of this machine before its last start goes, of another machine or container after a day', async () => {
    const folder = await temporaryFolder();
    const own = await partialPath(join(folder, 'a.dump'));
    const [, place = ''] = /\.([0-9a-f]{18})-/.exec(own) ?? [];
    const at = (machine: string, boot: string, namespace: string) => own.replace(place, machine + boot + namespace);
    const [machine, boot, namespace] = [place.slice(0, 6), place.slice(6, 12), place.slice(12)];
    const before = at(machine, '000000', namespace);
    const elsewhere = at('000000', '000000', namespace);
    const container = at(machine, boot, '000000');
    const old = at('111111', '000000', namespace);
    for (const path of [before, elsewhere, container, old]) await writeFile(path, '');
    await utimes(old, new Date(), new Date(Date.now() - 25 * 60 * 60 * 1000));
    await removeStalePartials(folder);
    expect((await namesIn(folder)).map((name) => join(folder, name)).sort()).toEqual([elsewhere, container].sort());
  });

  it('is known by its name alone: files of the user stay', async () => {
    const folder = await temporaryFolder();
    const names = ['a.partial', 'a.dump.123-456.partial', 'a.dump.zzzzzz-1-2-abcdef.partial', 'partial'];
    for (const name of names) await writeFile(join(folder, name), 'mine');
    await mkdir(join(folder, 'sub'));
    await removeStalePartials(folder);
    expect(await namesIn(folder)).toEqual([...names, 'sub'].sort());
  });
});

describe('a full disk', () => {
  const mountable = process.getuid?.() === 0 && canMount();

  it.skipIf(!mountable)('is told with path and free bytes, and nothing is left', async () => {
    for (const size of [1, 2, 3])
      await withTmpfs(size, async (folder) => {
        const path = join(folder, 'a.dump');
        const writer = await createArchive({ path });
        const error = await writer.write(sourceOf(Buffer.alloc(5 * 1024 * 1024, 1))).catch((e: unknown) => e);
        expect(error).toMatchObject({
          exitCode: 1,
          problems: [
            {
              code: 'DISK_FULL',
              title: expect.stringContaining(path),
              detail: expect.stringMatching(/written; .* are free in/),
            },
          ],
        });
        await writer.abort();
        expect(await namesIn(folder)).toEqual([]);
      });
  });

  it.skipIf(!mountable)('that has room for the backup and not for its manifest leaves neither', async () => {
    await withTmpfs(1, async (folder) => {
      const path = join(folder, 'a.dump');
      const writer = await createArchive({ path });
      await writer.write(sourceOf(Buffer.alloc(1024 * 1024 - 4096, 1)));
      await writeFile(join(folder, 'filler'), Buffer.alloc(4096)).catch(() => undefined);
      const error = await writer.commit(facts).catch((e: unknown) => e);
      expect(error).toMatchObject({ problems: [{ code: 'DISK_FULL' }] });
      await writer.abort();
      expect(await namesIn(folder)).toEqual(['filler']);
    });
  });

  async function withTmpfs(mebibytes: number, use: (folder: string) => Promise<void>): Promise<void> {
    const folder = await temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]);
    expect(mounted.status).toBe(0);
    try {
      await use(folder);
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  }
});

/** Whether a tmpfs can be mounted here: a container often forbids it. */
function canMount(): boolean {
  const probe = spawnSync('sh', [
    '-c',
    'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d"; s=$?; umount "$d"; rmdir "$d"; exit $s',
  ]);
  return probe.status === 0;
}

it('the marks of the process are those that the kernel shows', async () => {
  const path = await partialPath('/srv/a.dump');
  const line = await readFile(`/proc/${process.pid}/stat`, 'latin1');
  const started = line.slice(line.lastIndexOf(')')).split(' ')[20];
  expect(path).toContain(`-${process.pid}-${started}-`);
});
