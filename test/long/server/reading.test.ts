import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openArchive } from '../../../src/database/archive/index.ts';
import { readWithClient } from '../../../src/database/restore.ts';
import { clientFor, type Server } from '../../../src/database/server/index.ts';
import { docker } from '../../../src/engine/index.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { problemOf, testServer } from './setup.ts';

const t = testServer();
const { signal } = new AbortController();

/** What `coog db:verify` and `coog db:load` do with a backup before anything else. */
async function read(path: string, server: Server): Promise<unknown> {
  const client = await clientFor(server, t.engine, { serverVersion: 170000 });
  return readWithClient(path, await openArchive(path), client, { signal });
}

async function givenBackup(): Promise<string> {
  const path = join(await temporaryFolder(), 'a.dump');
  const { stdout } = await docker(t.engine, ['exec', t.name, 'sh', '-c', 'pg_dump -U coog -Fc -d postgres | base64']);
  await writeFile(path, Buffer.from(stdout, 'base64'));
  return path;
}

test('a backup that is whole is read, and one that is cut is called damaged', async () => {
  const path = await givenBackup();
  await read(path, t.server);
  await writeFile(path, (await readFile(path)).subarray(0, -20));
  expect(await problemOf(read(path, t.server))).toMatchObject({ code: 'BACKUP_DAMAGED', exitCode: 2 });
});

test('a backup is not called damaged when the program that reads it cannot be started', async () => {
  const path = await givenBackup();
  const gone = { ...t.server, near: { ...t.server.near, network: 'container:nobody' } };
  expect(await problemOf(read(path, gone))).toMatchObject({ code: 'DB_PROGRAM_FAILED', exitCode: 1 });
});
