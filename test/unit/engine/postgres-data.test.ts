import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPostgresData } from '../../../src/engine/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coog-postgres-'));
});
afterEach(() => rm(folder, { recursive: true }));

// No docker on this PATH: the tag alone tells the image's major.
const access = { env: { PATH: '/nonexistent' } };

test('the same major, an empty and an absent folder are fine', async () => {
  await writeFile(join(folder, 'PG_VERSION'), '17\n');
  expect(await checkPostgresData(access, { folder, image: 'postgres:17-alpine' })).toEqual([]);
  await rm(join(folder, 'PG_VERSION'));
  expect(await checkPostgresData(access, { folder, image: 'postgres:17-alpine' })).toEqual([]);
  expect(await checkPostgresData(access, { folder: join(folder, 'no'), image: 'postgres:17' })).toEqual([]);
});

test.each([
  ['12\n', 'postgres:17-alpine', 'coog config:set IMAGE_VERSION_POSTGRES=12-alpine'],
  ['12\n', 'postgres:17.2', 'coog config:set IMAGE_VERSION_POSTGRES=12'],
  ['9.6\n', 'postgres:10-bookworm', 'coog config:set IMAGE_VERSION_POSTGRES=9.6-bookworm'],
])('written by %j, image %s', async (written, image, next) => {
  await writeFile(join(folder, 'PG_VERSION'), written);
  expect(await checkPostgresData(access, { folder, image })).toMatchObject([
    { code: 'DATA_FOLDER_MAJOR', next, place: { file: join(folder, 'PG_VERSION') } },
  ]);
});

test('an image whose major cannot be known is no problem', async () => {
  await writeFile(join(folder, 'PG_VERSION'), '12\n');
  expect(await checkPostgresData(access, { folder, image: 'postgres:alpine' })).toEqual([]);
});
