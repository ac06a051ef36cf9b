import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sample } from '../../plugins/anonymize/src/scan/types.ts';
import { type Connection, connect } from '../../src/database/server/index.ts';
import { testServer } from '../long/server/setup.ts';
import { hitsAfter, sampleOf } from '../support/anonymize/leaks.ts';
import { type Person, plants, somebody } from '../support/anonymize/plants.ts';
import { anonymise, copyDatabase, populate } from '../support/anonymize/world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const t = testServer();

describe('the leak scan finds one real value', () => {
  let masked: Connection;
  let taken: Sample;
  let person: Person;

  beforeAll(async () => {
    await populate(t.server, 'real', 400);
    await copyDatabase(t.server, 'real', 'masked');
    await anonymise(t.server, 'masked');
    const real = await connect(t.server, 'real');
    taken = await sampleOf(real);
    person = await somebody(real);
    await real.close();
    masked = await connect(t.server, 'masked');
  });
  afterAll(() => masked?.close());

  test('and nothing where there is none', async () => {
    expect(await hitsAfter(masked, taken, () => Promise.resolve())).toEqual([]);
  });

  test.each(plants.map((plant) => [plant.what, plant] as const))('in %s', async (_, { table, column, put }) => {
    const hits = await hitsAfter(masked, taken, (connection) => put(connection, person));
    expect(hits.map((hit) => `${hit.table}.${hit.column}`)).toContain(`${table}.${column}`);
    // What was found is not told in clear.
    for (const value of [person.last, person.email, person.iban, person.nir])
      expect(JSON.stringify(hits)).not.toContain(value);
  });

  test('in names and contents of documents', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'ab', `dossier ${person.first} ${person.last}`), { recursive: true });
    await writeFile(join(folder, 'ab', 'cd'), `Cher ${person.first} ${person.last},\n`);
    const hits = await hitsAfter(masked, taken, () => Promise.resolve(), folder);
    expect(hits.map(({ table, column }) => `${table}.${column}`)).toEqual(['files.content', 'files.name']);
  });
});
