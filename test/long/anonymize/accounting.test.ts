import { expect, test } from 'vitest';
import { accountColumns, accountIndexes } from '../../support/anonymize/accounts.ts';
import { premiums } from '../../support/anonymize/premiums.ts';
import { anonymise, inDatabase, populate } from '../../support/anonymize/world.ts';
import { sql, testServer } from '../server/setup.ts';

const PARTIES = 600;
const MONTHS = 12;
const it = testServer();

test("what Tryton's own modules have in the tables of accounting is known, and nobody's name is left there", async () => {
  const paying = Array.from({ length: PARTIES }, (_, i) => i + 1).filter((i) => i > 40 && i % 2 === 0).length;
  await populate(it.server, 'premiums', PARTIES, [
    ...accountColumns(),
    ...premiums({ parties: PARTIES, months: MONTHS }),
    ...accountIndexes(),
    `UPDATE account_invoice SET reference = 'DEV-' || id || '/Querville', invoice_report_cache = 'Querville', invoice_report_cache_id = 'q'`,
    `UPDATE account_invoice_line SET note = 'Querville'`,
  ]);
  const done = await anonymise(it.server, 'premiums');
  expect(done.hits).toEqual([]);
  const left = await inDatabase(it.server, 'premiums', ({ query }) =>
    query(
      `SELECT count(*)::int AS invoices, count(DISTINCT i.reference)::int AS references, count(l.origin)::int AS origins,
              count(i.number)::int AS numbers, count(i.comment || i.description || i.invoice_report_cache::text || l.note)::int AS texts,
              bool_and(i.reference ~ '^k[0-9a-f]{24}$' AND l.description ~ '^[0-9a-f ]+$') AS masked
         FROM account_invoice i JOIN account_invoice_line l ON l.invoice = i.id WHERE i.id > ${PARTIES}`,
    ),
  );
  const rows = paying * MONTHS;
  expect(left).toEqual([{ invoices: rows, references: rows, origins: rows, numbers: rows, texts: 0, masked: true }]);
  const [statement] = await sql<{ numbers: number; masked: boolean; related: number }>(
    it.server,
    'premiums',
    `SELECT count(number)::int AS numbers, bool_and(number LIKE 'k%') AS masked, count(related_to)::int AS related FROM account_statement_line`,
  );
  expect(statement).toEqual({ numbers: rows, masked: true, related: rows });
});
