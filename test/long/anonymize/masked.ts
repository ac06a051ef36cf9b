import { beforeAll } from 'vitest';
import { maskFunctions } from '../../../plugins/anonymize/src/masks/functions.ts';
import type { Given } from '../../../plugins/anonymize/src/masks/given.ts';
import { KEY_SETTING, SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import { type MaskRule, maskNames } from '../../../plugins/anonymize/src/rules/types.ts';
import { type Connection, connect } from '../../../src/database/server/index.ts';
import { testServer } from '../server/setup.ts';

interface Masking {
  /** A session that has the functions of the masks. */
  readonly connection: Connection;
  /** Pseudonyms of some values, by a key. */
  masked(mask: MaskRule['mask'] | MaskRule, values: readonly string[], key?: string, given?: Given): Promise<string[]>;
  giveKey(key: string): Promise<void>;
}

/** A server of its own with such a session, for all tests of a file. */
export function masking(): Masking {
  const it = testServer();
  let connection: Connection;
  beforeAll(async () => {
    connection = await connect(it.server, 'coog');
    await connection.query(`CREATE SCHEMA ${SCHEMA}`);
    for (const statement of maskFunctions) await connection.query(statement);
    return () => connection.close();
  });
  const giveKey = async (key: string): Promise<void> => {
    await connection.query(`SELECT set_config('${KEY_SETTING}', $1, false)`, [key]);
    await connection.query('DISCARD PLANS');
  };
  return {
    get connection() {
      return connection;
    },
    giveKey,
    async masked(mask, values, key = 'one key', given = {}) {
      const rule = typeof mask === 'string' ? { mask } : mask;
      await giveKey(key);
      const expression = masks[rule.mask].expression('v', rule, { ...given, by: rule.by && 'b' });
      const rows = await connection.query<{ m: string }>(
        `SELECT (${expression})::text AS m FROM unnest($1::text[]) WITH ORDINALITY AS x(v, o), (SELECT $2::text AS b) AS y ORDER BY o`,
        [values, rule.by ?? null],
      );
      return rows.map(({ m }) => m);
    },
  };
}

/** Masks for texts, whatever the text. */
export const ofTexts = maskNames.filter((name) => masks[name].fits.includes('text') && name !== 'json');
