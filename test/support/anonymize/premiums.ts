/** Months between two events that a contract leaves behind. */
const EVENT_EVERY = 6;
const WRITTEN = { create_uid: '1', create_date: 'due', write_uid: '1', write_date: 'due' };

/** An INSERT from the premiums. @param values an expression for each column */
const insert = (table: string, values: Readonly<Record<string, string>>, where = ''): string =>
  `INSERT INTO ${table} (${Object.keys(values).join(', ')}) SELECT ${Object.values(values).join(', ')} FROM premiums ${where}`;

/**
 * SQL that adds so many months of premiums to each contract of the population: an invoice with its line, a payment, the bank's
 * line of its statement, and now and then an event. A database of insurance consists of that by far: who is insured is
 * written once, what he pays every month.
 */
export function premiums({ parties, months }: { parties: number; months: number }): string[] {
  const number = `(${parties} + (i / 2 - 1) * ${months} + m + 1)::int`;
  const amount = '(1500 + i * 7919 % 9000) / 100.0';
  return [
    `CREATE TEMP TABLE premiums AS
     SELECT ${number} AS n, i, id AS party, whole, upper(whole) || ' ' || iban AS payer, m, ${amount} AS amount,
            (date '2021-01-05' + m * interval '1 month')::date AS due,
            to_char(date '2021-01-05' + m * interval '1 month', 'MM/YYYY') AS month
       FROM people, generate_series(0, ${months - 1}) m WHERE i > 40 AND i % 2 = 0 ORDER BY m, i`,
    insert('account_invoice', {
      ...{ id: 'n', party: 'party', number: `'F' || lpad(n::text, 10, '0')`, state: `'paid'`, type: `'out'` },
      ...{ description: `'Prime ' || month || ' ' || whole`, account: '12', company: '1', currency: '1', journal: '3' },
      ...{ invoice_address: 'party', move: 'n', payment_term: '1', posted_by: '1', validated_by: '1', sequence: '4' },
      ...{ accounting_date: 'due', invoice_date: 'due', payment_direct_debit: 'true', ...WRITTEN },
      ...{ tax_amount_cache: '0', total_amount_cache: 'amount', untaxed_amount_cache: 'amount' },
    }),
    insert('account_invoice_line', {
      ...{ invoice: 'n', type: `'line'`, description: `'Prime ' || month || ' de ' || whole`, account: '15' },
      ...{ company: '1', currency: '1', party: 'party', sequence: '1', invoice_type: `'out'`, quantity: '1' },
      ...{ origin: `'contract.option,' || i`, taxes_date: 'due', unit_price: 'amount', ...WRITTEN },
    }),
    insert('account_payment', {
      ...{
        party: 'party',
        kind: `'receivable'`,
        state: `'succeeded'`,
        description: `'PRLV ' || month || ' ' || payer`,
      },
      ...{ company: '1', journal: '2', line: '2 * n', '"group"': 'm + 1', date: 'due', amount: 'amount', ...WRITTEN },
      ...{ origin: `'account.move.line,' || 2 * n`, submitted_by: '1', approved_by: '1', succeeded_by: '1' },
    }),
    insert('account_statement_line', {
      ...{ party: 'party', description: `'VIR SEPA ' || payer`, account: '12', move: 'n', amount: 'amount' },
      ...{ origin: 'n', sequence: 'i', statement: 'm + 1', number: 'n::text', date: 'due', ...WRITTEN },
      ...{ related_to: `'account.invoice,' || n` },
    }),
    insert(
      'event_log',
      { contract: 'i', description: `'Quittance ' || month || ' émise pour ' || whole` },
      `WHERE m % ${EVENT_EVERY} = 0`,
    ),
    'DROP TABLE premiums',
  ];
}
