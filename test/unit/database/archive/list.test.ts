import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  candidateOf,
  createArchive,
  filestorePath,
  lastSize,
  listBackups,
  manifestPath,
  recordVerification,
} from '../../../../src/database/archive/index.ts';
import { partialPath } from '../../../../src/database/archive/partial.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { customDump, facts, gzipped, sourceOf } from './fixtures.ts';

async function backup(folder: string, name: string, created: string): Promise<string> {
  const path = join(folder, name);
  const writer = await createArchive({ path });
  await writer.write(sourceOf(customDump(1000)));
  await writer.commit({ ...facts, created });
  return path;
}

it('lists backups, the newest first, and not what belongs to them or is none', async () => {
  const folder = await temporaryFolder();
  const old = await backup(folder, 'z.dump', '2025-01-01T00:00:00.000Z');
  const recent = await backup(folder, 'a.dump', '2026-01-01T00:00:00.000Z');
  await writeFile(filestorePath(recent), 'x');
  await writeFile(await partialPath(join(folder, 'b.dump')), customDump(100));
  const legacy = join(folder, 'legacy.bin');
  await writeFile(legacy, gzipped(customDump(100)));
  await utimes(legacy, new Date(), new Date('2025-06-01T00:00:00Z'));
  await writeFile(join(folder, 'README'), 'Not a backup.');
  await writeFile(join(folder, '.hidden'), customDump(100));
  await mkdir(join(folder, 'sub.dump'));
  await symlink('nowhere', join(folder, 'broken.dump'));
  const found = await listBackups(folder);
  expect(found.map(({ name, created }) => [name, created.toISOString().slice(0, 7)])).toEqual([
    ['a.dump', '2026-01'],
    ['legacy.bin', '2025-06'],
    ['z.dump', '2025-01'],
  ]);
  expect(found[0]).toMatchObject({ path: recent, manifest: { database: 'coog' } });
  expect(found[1]).toMatchObject({ content: { kind: 'custom', wrapping: ['gzip'] } });
  expect(found[2]?.path).toBe(old);
});

it('lists what is damaged with the reason', async () => {
  const folder = await temporaryFolder();
  const broken = await backup(folder, 'a.dump', '2026-01-01T00:00:00.000Z');
  await writeFile(manifestPath(broken), '{');
  await writeFile(join(folder, 'empty.dump'), '');
  await writeFile(join(folder, 'cut.gz'), gzipped(customDump(50_000)).subarray(0, 20_000));
  const found = await listBackups(folder);
  expect(Object.fromEntries(found.map(({ name, problem }) => [name, problem?.code]))).toEqual({
    'a.dump': 'BACKUP_MANIFEST_INVALID',
    'empty.dump': 'BACKUP_EMPTY',
    'cut.gz': 'BACKUP_DAMAGED',
  });
});

it('lists nothing where there is no folder', async () => {
  expect(await listBackups(join(await temporaryFolder(), 'none'))).toEqual([]);
});

it('knows for the choice what is verified, damaged or unknown', async () => {
  const folder = await temporaryFolder();
  const states = async () => (await listBackups(folder)).map((b) => candidateOf(b).state);
  const path = await backup(folder, 'a.dump', '2026-01-01T00:00:00.000Z');
  expect(await states()).toEqual(['unverified']);
  await recordVerification(path, { at: '2026-01-02T00:00:00.000Z', level: 'read' });
  expect(await states()).toEqual(['verified']);
  await recordVerification(path, { at: '2026-01-03T00:00:00.000Z', level: 'read', failure: 'x' });
  expect(await states()).toEqual(['damaged']);
  await writeFile(manifestPath(path), '{');
  expect(await states()).toEqual(['unknown']);
  expect(candidateOf((await listBackups(folder))[0] ?? expect.fail())).toMatchObject({ file: { path } });
});

it('knows how much the last backup of a database took, and of no other one', async () => {
  const folder = await temporaryFolder();
  const of = { project: facts.project, database: facts.database, kind: facts.kind };
  expect(await lastSize(folder, of)).toBeUndefined();
  expect(await lastSize(join(folder, 'missing'), of)).toBeUndefined();
  await backup(folder, 'old.dump', '2025-01-01T00:00:00.000Z');
  const path = join(folder, 'new.dump');
  const writer = await createArchive({ path });
  await writer.write(sourceOf(customDump(5000)));
  await writer.commit({ ...facts, created: '2026-01-01T00:00:00.000Z' });
  await writeFile(manifestPath(join(folder, 'broken.dump')), '{');
  expect(await lastSize(folder, of)).toBe(customDump(5000).length);
  expect(await lastSize(folder, { ...of, database: 'other' })).toBeUndefined();
  expect(await lastSize(folder, { ...of, kind: 'sql' })).toBeUndefined();
});
