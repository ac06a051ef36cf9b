import { expect, test } from 'vitest';
import { maskStatements, newValue } from '../../../plugins/anonymize/src/compile/statements.ts';
import { KEY_SETTING, SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { judge } from '../../../plugins/anonymize/src/plan/make.ts';
import { forgetFrequent, makeFrequent } from '../../../plugins/anonymize/src/run/frequent.ts';
import { prepareSchema } from '../../../plugins/anonymize/src/run/mask.ts';
import { readSchema } from '../../../plugins/anonymize/src/schema/read.ts';
import { connect } from '../../../src/database/server/index.ts';
import { rules } from '../../unit/anonymize/schema.ts';
import { testServer } from '../server/setup.ts';

const it = testServer();

test('frequent values get the pseudonyms that they would be given one by one, and are forgotten', async () => {
  const connection = await connect(it.server, 'coog');
  try {
    await connection.query(`
      CREATE TABLE "a 'crowd'" (id int PRIMARY KEY, first_name text, city varchar(9), name text, note text, street text);
      INSERT INTO "a 'crowd'"
      SELECT i, (ARRAY['Jean', 'Zoé', 'O''Neil "x" \\ %', '', NULL])[1 + i % 5], (ARRAY['Paris', 'Saint-Étienne'])[1 + i % 2]::varchar(9),
             'name ' || i, CASE WHEN i % 50 = 0 THEN 'seen' END, '1 rue de la Paix'
        FROM generate_series(1, 2000) i;
      ANALYZE "a 'crowd'"`);
    await prepareSchema(connection);
    const { plan } = judge(
      rules(
        `tables: {"a 'crowd'": {columns: {first_name: first-name, city: company, name: name, note: name, street: street}}}`,
      ),
      await readSchema(connection),
    );
    const found = plan.tables.find(({ table }) => table.name === "a 'crowd'");
    if (!found) throw new Error('no plan');
    const crowd = { ...found, table: { ...found.table, rows: 250_000 } };
    expect(await makeFrequent(connection, found), 'of few rows').toEqual(new Map());
    await connection.query(`SELECT set_config('${KEY_SETTING}', 'k', false)`);
    const rows = (columns: readonly string[]) =>
      connection.query(`SELECT ${columns.join(', ')} FROM "a 'crowd'" ORDER BY id`);
    const one = crowd.columns.map((c) => `${newValue(c, new Map())} AS ${c.column.name}`);
    const expected = await rows(one);

    const frequent = await makeFrequent(connection, crowd);
    expect([...frequent.keys()].map(({ column }) => column.name).sort()).toEqual(['city', 'first_name']);
    const [statement = ''] = maskStatements(crowd, new Map(), frequent);
    expect(statement).not.toMatch(/Jean|Paris/);
    await connection.query(statement);
    expect(await rows(crowd.columns.map(({ column }) => column.name))).toEqual(expected);

    const kept = () => connection.query(`SELECT current_setting('${SCHEMA}.frequent_0') AS kept`);
    expect(await kept()).not.toEqual([{ kept: '' }]);
    await forgetFrequent(connection, frequent);
    expect(await kept()).toEqual([{ kept: '' }]);
  } finally {
    await connection.close();
  }
});
