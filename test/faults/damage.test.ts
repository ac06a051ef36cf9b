import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { theProblem } from '../support/e2e/outcome.ts';
import { copyOfBackup, flipped } from '../support/faults/archives.ts';
import { sceneOf, thenNothingChanged } from '../support/faults/scene.ts';
import { givenWorld } from '../support/faults/world.ts';

const world = givenWorld();
let data: Buffer;

beforeAll(async () => {
  await world.changed();
  data = await readFile(world.backup);
});

async function thenDamageIsFound(file: string): Promise<void> {
  const scene = await sceneOf(world);
  const problem = theProblem(await world.coog('db:load', file, '--yes', '--json'), 2, 'BACKUP_DAMAGED');
  expect(problem.place?.file ?? problem.title).toContain(file.split('/').at(-1));
  await thenNothingChanged(scene);
}

const CUTS = [0.001, 0.25, 0.5, 0.99] as const;

describe.each([
  ['with its manifest', undefined],
  ['without its manifest', 'none'],
] as const)('a backup %s', (which, manifest) => {
  const options = manifest ? { manifest } : {};
  const name = which.replaceAll(' ', '-');

  test.each(CUTS)('of which only the part %d is there is refused before anything changes', async (part) => {
    const cut = { ...options, data: (all: Buffer) => all.subarray(0, Math.floor(all.length * part)) };
    await thenDamageIsFound(await copyOfBackup(world, `cut-${part}-${name}.dump`, cut));
  });

  test('without its last byte is refused before anything changes', async () => {
    const cut = { ...options, data: (all: Buffer) => all.subarray(0, -1) };
    await thenDamageIsFound(await copyOfBackup(world, `last-byte-${name}.dump`, cut));
  });
});

describe('a backup with its manifest', () => {
  test.each([0, 0.1, 0.5, 0.9, 1])('in which one bit is another one at %d of it is refused', async (part) => {
    const bit = Math.min(Math.floor(data.length * 8 * part), data.length * 8 - 1);
    const change = { data: (all: Buffer) => flipped(all, bit) };
    // The first byte is what it is recognised by.
    if (part > 0) return thenDamageIsFound(await copyOfBackup(world, `bit-${part}.dump`, change));
    const file = await copyOfBackup(world, 'bit-0.dump', change);
    const scene = await sceneOf(world);
    theProblem(await world.coog('db:load', file, '--yes', '--json'), 2, 'BACKUP_NOT_RECOGNISED');
    await thenNothingChanged(scene);
  });

  test('behind which something was added is refused', async () => {
    const change = { data: (all: Buffer) => Buffer.concat([all, Buffer.from('\n')]) };
    await thenDamageIsFound(await copyOfBackup(world, 'longer.dump', change));
  });

  test('whose blocks of 4 KiB have changed places is refused', async () => {
    const change = {
      data: (all: Buffer) =>
        Buffer.concat([
          all.subarray(0, 4096),
          all.subarray(8192, 12288),
          all.subarray(4096, 8192),
          all.subarray(12288),
        ]),
    };
    await thenDamageIsFound(await copyOfBackup(world, 'turned.dump', change));
  });

  test('of which a block is full of zeros, as a disk leaves it, is refused', async () => {
    const change = { data: (all: Buffer) => Buffer.from(all).fill(0, 8192, 12288) };
    await thenDamageIsFound(await copyOfBackup(world, 'hole.dump', change));
  });

  test('whose manifest counts other rows is restored aside, found out and not swapped in', async () => {
    const count = (m: Record<string, unknown>) => ({
      ...m,
      tables: { ...(m.tables as object), 'public.party': 17 },
    });
    const file = await copyOfBackup(world, 'rows.dump', { manifest: count });
    const scene = await sceneOf(world);
    const problem = theProblem(await world.coog('db:load', file, '--yes', '--json'), 1, 'RESTORE_INCOMPLETE');
    expect(problem.detail).toContain('public.party');
    await thenNothingChanged(scene);
  });

  test('whose manifest names a table more is restored aside, found out and not swapped in', async () => {
    const add = (m: Record<string, unknown>) => ({ ...m, tables: { ...(m.tables as object), 'public.contract': 0 } });
    const file = await copyOfBackup(world, 'table.dump', { manifest: add });
    const scene = await sceneOf(world);
    const problem = theProblem(await world.coog('db:load', file, '--yes', '--json'), 1, 'RESTORE_INCOMPLETE');
    expect(problem.detail).toContain('public.contract');
    await thenNothingChanged(scene);
  });
});

describe('coog db:verify', () => {
  test('records what it has found beside a damaged backup, and changes nothing else', async () => {
    const file = await copyOfBackup(world, 'verified.dump', { data: (all) => flipped(all, all.length * 4) });
    const scene = await sceneOf(world);
    theProblem(await world.coog('db:verify', file, '--json'), 2, 'BACKUP_DAMAGED');
    const manifest = JSON.parse(await readFile(`${file}.manifest.json`, 'utf8')) as Record<string, unknown>;
    expect(manifest.damaged).toMatchObject({ level: 'read' });
    expect(manifest.verified).toBeUndefined();
    await thenNothingChanged(scene);
  });

  test('--deep restores into a scratch database, finds what is missing, and leaves none', async () => {
    const count = (m: Record<string, unknown>) => ({ ...m, tables: { ...(m.tables as object), 'public.party': 17 } });
    const file = await copyOfBackup(world, 'deep.dump', { manifest: count });
    const scene = await sceneOf(world);
    theProblem(await world.coog('db:verify', file, '--deep', '--json'), 1, 'RESTORE_INCOMPLETE');
    await thenNothingChanged(scene);
  });
});
