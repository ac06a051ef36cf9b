import { sample, scan } from '../../../plugins/anonymize/src/scan/index.ts';
import type { Hit, KeptRows, Sample } from '../../../plugins/anonymize/src/scan/types.ts';
import type { Connection } from '../../../src/database/server/index.ts';
import { never } from './world.ts';

/** What the rules keep, found without the rules' own tables, which are gone from a copy that is ready. */
export const KEPT: readonly KeptRows[] = [
  {
    schema: 'public',
    table: 'res_user',
    condition: `t.id = 0 OR t.login = 'admin' OR EXISTS (SELECT FROM "res_user-res_group" m JOIN res_group g ON g.id = m."group"
                 WHERE m."user" = t.id AND g.name = 'Coog Do Not Anonymize')`,
    columns: ['name', 'login', 'email', 'signature', 'password', 'password_hash'],
  },
  ...['party_party', 'party_party__history'].map((table) => ({
    schema: 'public',
    table,
    condition: `EXISTS (SELECT FROM bank b WHERE b.party = t.id) OR EXISTS (SELECT FROM insurer i WHERE i.party = t.id)`,
    columns: ['name', 'first_name', 'commercial_name', 'birth_name', 'sepa_creditor_identifier', 'siren'],
  })),
  ...['health_party_complement', 'health_party_complement__history'].map((table) => ({
    schema: 'public',
    table,
    condition: `EXISTS (SELECT FROM bank b WHERE b.party = t.party) OR EXISTS (SELECT FROM insurer i WHERE i.party = t.party)`,
    columns: ['insurance_fund_number'],
  })),
];

export const sampleOf = (connection: Connection): Promise<Sample> =>
  sample(connection, { kept: KEPT, signal: never() });

/** Does something to a masked database, looks for leaks, and takes it back. */
export async function hitsAfter(
  connection: Connection,
  taken: Sample,
  change: (connection: Connection) => Promise<unknown>,
  documents?: string,
): Promise<readonly Hit[]> {
  await connection.query('BEGIN');
  try {
    await change(connection);
    const found = await scan(connection, taken, {
      ...{ kept: KEPT, signal: never() },
      ...(documents === undefined ? {} : { documents }),
    });
    return found.hits;
  } finally {
    await connection.query('ROLLBACK');
  }
}
