interface Columns {
  readonly integers: string;
  readonly dates: string;
  readonly numbers: string;
  readonly texts: string;
  readonly others: Readonly<Record<string, string>>;
  readonly indexes: readonly string[];
}

/**
 * What Tryton 7.0's modules account_invoice, account_payment and account_statement have in the tables of which Coog's rules
 * speak, beside the columns of which they do: taken from a database of these modules. VACUUM FULL and masking write all of it.
 */
const TABLES: Readonly<Record<string, Columns>> = {
  account_invoice: {
    integers:
      'account cancel_move company create_uid currency invoice_address journal move party_tax_identifier payment_term posted_by sequence tax_identifier validated_by write_uid',
    dates: 'accounting_date invoice_date payment_term_date',
    numbers: 'tax_amount_cache total_amount_cache untaxed_amount_cache',
    texts: 'invoice_report_cache_id invoice_report_format reference',
    others: { invoice_report_cache: 'bytea', payment_direct_debit: 'boolean' },
    indexes: [
      ...['untaxed', 'tax', 'total'].flatMap((amount) => [
        `(${amount}_amount_cache)`,
        `(${amount}_amount_cache) INCLUDE (id) WHERE ${amount}_amount_cache IS NULL`,
      ]),
      '(reference varchar_pattern_ops)',
      '(number varchar_pattern_ops)',
      `USING hash (state) WHERE state IN ('draft', 'validated', 'posted')`,
    ],
  },
  account_invoice_line: {
    integers: 'account company create_uid currency party product sequence unit write_uid',
    dates: 'taxes_date',
    numbers: 'taxes_deductible_rate unit_price',
    texts: 'invoice_type origin',
    others: { note: 'text', quantity: 'float8' },
    indexes: ['(sequence NULLS FIRST, id NULLS FIRST)', '(invoice) WHERE invoice IS NOT NULL'],
  },
  account_payment: {
    integers: 'approved_by company create_uid failed_by "group" journal line submitted_by succeeded_by write_uid',
    dates: 'date',
    numbers: 'amount',
    texts: 'origin',
    others: {},
    indexes: [
      '("group") WHERE "group" IS NOT NULL',
      '(line) WHERE line IS NOT NULL',
      `USING hash (state) WHERE state IN ('draft', 'submitted', 'approved', 'processing')`,
    ],
  },
  account_statement_line: {
    integers: 'account create_uid move origin sequence statement write_uid',
    dates: 'date',
    numbers: 'amount',
    texts: 'number related_to',
    others: {},
    indexes: ['(sequence NULLS FIRST, id NULLS FIRST)', '(statement)'],
  },
};

/** SQL that gives the tables these columns. */
export const accountColumns = (): string[] =>
  Object.entries(TABLES).map(([table, { integers, dates, numbers, texts, others }]) => {
    const columns = [
      ...integers.split(' ').map((name) => `${name} integer`),
      ...dates.split(' ').map((name) => `${name} date`),
      ...numbers.split(' ').map((name) => `${name} numeric`),
      ...texts.split(' ').map((name) => `${name} varchar`),
      ...Object.entries(others).map(([name, type]) => `${name} ${type}`),
      'write_date timestamp(6)',
    ];
    return `ALTER TABLE ${table} ${columns.map((column) => `ADD COLUMN ${column}`).join(', ')}`;
  });

/** SQL that makes their indexes: quicker when the tables are full. */
export const accountIndexes = (): string[] =>
  Object.entries(TABLES).flatMap(([table, { indexes }]) => indexes.map((index) => `CREATE INDEX ON ${table} ${index}`));
