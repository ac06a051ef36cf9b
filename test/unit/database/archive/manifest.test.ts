import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createArchive,
  manifestPath,
  readManifest,
  recordVerification,
} from '../../../../src/database/archive/index.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { codeOf, customDump, facts, namesIn, sourceOf } from './fixtures.ts';

async function backup(): Promise<string> {
  const path = join(await temporaryFolder(), 'a.dump');
  const writer = await createArchive({ path });
  await writer.write(sourceOf(customDump()));
  await writer.commit({ ...facts, filestore: { file: 'a.tar.zst', size: 1, sha256: 'a'.repeat(64), entries: 2 } });
  return path;
}

const change = async (path: string, changes: object): Promise<void> => {
  const manifest = JSON.parse(await readFile(manifestPath(path), 'utf8')) as object;
  await writeFile(manifestPath(path), JSON.stringify({ ...manifest, ...changes }));
};

describe('the manifest', () => {
  it('is not there: nothing is known, and nothing is wrong', async () => {
    expect(await readManifest(join(await temporaryFolder(), 'a.dump'))).toBeUndefined();
    expect(await readManifest('/nonexistent/a.dump')).toBeUndefined();
  });

  it('may hold what this coog does not know, and keeps it', async () => {
    const path = await backup();
    await change(path, { later: { a: 1 } });
    await recordVerification(path, { at: '2026-02-03T00:00:00.000Z', level: 'read' });
    expect(await readManifest(path)).toMatchObject({ later: { a: 1 }, verified: { level: 'read' } });
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', 'null'],
    ['something else', '{"name":"x","version":"1"}'],
    ['HTML', '<html>'],
    ['a newer format', '{"format":2}'],
    ['half of it', undefined],
  ])('that holds %s is refused', async (_, text) => {
    const path = await backup();
    const whole = await readFile(manifestPath(path), 'utf8');
    await writeFile(manifestPath(path), text ?? whole.slice(0, whole.length / 2));
    const error = await readManifest(path).catch((e: unknown) => e);
    expect(error).toMatchObject({
      exitCode: 2,
      problems: [{ code: 'BACKUP_MANIFEST_INVALID', place: { file: manifestPath(path) }, next: expect.any(String) }],
    });
    if (text === '{"format":2}')
      expect(error).toMatchObject({ problems: [{ title: expect.stringContaining('newer') }] });
  });

  it.each([
    { size: -1 },
    { size: 1.5 },
    { size: '12' },
    { size: 1e15 },
    { sha256: 'x' },
    { sha256: 'a'.repeat(64) },
    { blocks: [] },
    { blocks: ['a'.repeat(64)] },
    { blocks: [1] },
    { blockSize: 0 },
    { blockSize: -16 },
    { kind: 'tar' },
    { created: 'yesterday' },
    { created: '2026-13-45T00:00:00Z' },
    { tables: { a: -1 } },
    { tables: [] },
    { modules: [{ name: 'party' }] },
    { extensions: 'plpgsql' },
    { encrypted: 'no' },
    { verified: { at: 'x', level: 'read' } },
    { verified: { at: '2026-01-01T00:00:00Z', level: 'maybe' } },
    { filestore: { file: '../../etc/passwd', size: 1, sha256: 'a'.repeat(64), entries: 1 } },
    { filestore: { file: '..', size: 1, sha256: 'a'.repeat(64), entries: 1 } },
    { project: undefined },
    { database: 7 },
  ])('with %j is refused', async (changes) => {
    const path = await backup();
    await change(path, changes);
    expect(await codeOf(readManifest(path))).toBe('BACKUP_MANIFEST_INVALID');
  });

  it('that is a folder is refused', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'a.dump');
    const { mkdir } = await import('node:fs/promises');
    await mkdir(manifestPath(path));
    expect(await codeOf(readManifest(path))).toBe('BACKUP_MANIFEST_INVALID');
  });
});

describe('a verification', () => {
  const first = '2026-02-03T00:00:00.000Z';
  const second = '2026-02-04T00:00:00.000Z';

  it('is recorded, and nothing else changes', async () => {
    const path = await backup();
    const before = await readManifest(path);
    const after = await recordVerification(path, { at: first, level: 'deep' });
    expect(after).toEqual({ ...before, verified: { at: first, level: 'deep' } });
    expect(await readManifest(path)).toEqual(after);
    expect((await stat(manifestPath(path))).mode & 0o777).toBe(0o600);
    expect(await namesIn(join(path, '..'))).toEqual(['a.dump', 'a.dump.manifest.json']);
  });

  it('by reading does not replace a deep one; a deep one replaces it', async () => {
    const path = await backup();
    await recordVerification(path, { at: first, level: 'deep' });
    expect((await recordVerification(path, { at: second, level: 'read' })).verified).toEqual({
      at: first,
      level: 'deep',
    });
    expect((await recordVerification(path, { at: second, level: 'deep' })).verified).toEqual({
      at: second,
      level: 'deep',
    });
  });

  it('that fails takes the earlier one back, and a later one takes the failure back', async () => {
    const path = await backup();
    await recordVerification(path, { at: first, level: 'deep' });
    const failed = await recordVerification(path, { at: second, level: 'read', failure: 'block 1 is changed' });
    expect(failed.verified).toBeUndefined();
    expect(failed.damaged).toEqual({ at: second, level: 'read', reason: 'block 1 is changed' });
    expect(await readManifest(path)).toEqual(failed);
    const again = await recordVerification(path, { at: second, level: 'read' });
    expect(again).toMatchObject({ verified: { at: second } });
    expect(again.damaged).toBeUndefined();
  });

  it('cannot be recorded without a manifest', async () => {
    const path = join(await temporaryFolder(), 'a.dump');
    expect(await codeOf(recordVerification(path, { at: first, level: 'read' }))).toBe('BACKUP_MANIFEST_INVALID');
  });

  it('narrows rights that others gave the manifest', async () => {
    const path = await backup();
    await chmod(manifestPath(path), 0o666);
    await recordVerification(path, { at: first, level: 'read' });
    expect((await stat(manifestPath(path))).mode & 0o777).toBe(0o600);
  });
});
