import { maskFunctions } from '../../../plugins/anonymize/src/masks/functions.ts';
import type { Given } from '../../../plugins/anonymize/src/masks/given.ts';
import { KEY_SETTING, SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import { type MaskRule, maskNames } from '../../../plugins/anonymize/src/rules/types.ts';
import { type Connection, connect, type Server } from '../../../src/database/server/index.ts';

/** Pseudonyms of some values, by a key. */
export type Masked = (
  mask: MaskRule['mask'] | MaskRule,
  values: readonly string[],
  key?: string,
  given?: Given,
) => Promise<string[]>;

/** A session that has the functions of the masks. */
export async function maskingSession(server: Server): Promise<Connection> {
  const connection = await connect(server, 'coog');
  await connection.query(`CREATE SCHEMA ${SCHEMA}`);
  for (const statement of maskFunctions) await connection.query(statement);
  return connection;
}

export const giveKeyTo = async (connection: Connection, key: string): Promise<void> => {
  await connection.query(`SELECT set_config('${KEY_SETTING}', $1, false)`, [key]);
  await connection.query('DISCARD PLANS');
};

export const maskedBy =
  (session: () => Connection): Masked =>
  async (mask, values, key = 'one key', given = {}) => {
    const rule = typeof mask === 'string' ? { mask } : mask;
    await giveKeyTo(session(), key);
    const expression = masks[rule.mask].expression('v', rule, { ...given, by: rule.by && 'b' });
    const rows = await session().query<{ m: string }>(
      `SELECT (${expression})::text AS m FROM unnest($1::text[]) WITH ORDINALITY AS x(v, o), (SELECT $2::text AS b) AS y ORDER BY o`,
      [values, rule.by ?? null],
    );
    return rows.map(({ m }) => m);
  };

/** Masks for texts, whatever the text. */
export const ofTexts = maskNames.filter((name) => masks[name].fits.includes('text') && name !== 'json');
