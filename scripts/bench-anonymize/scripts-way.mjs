/** A random value, as the scripts put in place of a text. */
const hash = (column) => `${column} = CASE WHEN ${column} IS NULL THEN NULL ELSE md5(random()::text) END`;
/** Where the scripts draw lots, which meet among so many and end the run, each has its own; it costs the same. */
const nir = (table) => `1000000000000 + ${table}.id * 982451653::bigint % 1000000000000`;

/** Table, assignments, condition: an UPDATE each, as shared/facts/anonymise.md lists them. */
const UPDATES = [
  ...['party_party', 'party_party__history'].flatMap((table) => [
    [
      table,
      [...['first_name', 'commercial_name', 'birth_name', 'sepa_creditor_identifier'].map(hash), 'siren = NULL'],
      'id NOT IN (SELECT party FROM bank) AND id NOT IN (SELECT party FROM insurer)',
    ],
    [table, [hash('name')], 'id NOT IN (SELECT party FROM bank) AND id NOT IN (SELECT party FROM insurer)'],
    [
      table,
      [
        ...['name', 'first_name', 'commercial_name', 'birth_name', 'sepa_creditor_identifier'].map(hash),
        'siren = NULL',
      ],
      'id IN (SELECT subscriber FROM contract)',
    ],
    [
      table,
      [`ssn = (SELECT n::text || lpad((97 - n % 97)::text, 2, '0') FROM (SELECT ${nir(table)} AS n) r)`],
      'ssn IS NOT NULL',
    ],
    [table, ["extra_data = '{}'"]],
  ]),
  ...['party_contact_mechanism', 'party_contact_mechanism__history'].flatMap((table) => [
    [table, [hash('value')]],
    [table, [hash('value_compact')]],
  ]),
  ...['party_address', 'party_address__history'].flatMap((table) =>
    ['street', 'name', 'party_name'].map((column) => [table, [hash(column)]]),
  ),
  ...['health_party_complement', 'health_party_complement__history'].map((table) => [
    table,
    ['insurance_fund_number = NULL'],
    'party NOT IN (SELECT party FROM bank) AND party NOT IN (SELECT party FROM insurer)',
  ]),
  ['party_interlocutor', [hash('name')]],
  ['contract_option_beneficiary', [hash('reference')]],
  ['contract_option_beneficiary__history', [hash('reference')]],
  ['contract_clause', [hash('text')]],
  ['contract_option', [hash('customized_beneficiary_clause')]],
  ['contract_option__history', [hash('customized_beneficiary_clause')]],
  ['res_user', [hash('name'), 'login = login || md5(random()::text)', 'email = NULL'], "login <> 'admin'"],
  ['claim_ij_subscription', [hash('ssn')]],
  ['claim_ij_subscription__history', [hash('ssn')]],
  ['ir_attachment', [hash('name')]],
  ['ir_attachment', ['data = NULL']],
  ['account_invoice', ['comment = NULL']],
  ['account_invoice', ['description = NULL']],
  ['account_invoice_line', [hash('description')]],
  ['account_statement_line', ['description = NULL']],
  ['account_payment', ['description = NULL']],
  ['event_log', ['description = NULL']],
  ['api_token', [hash('name'), hash('key'), 'request_hash = NULL']],
  ['ir_api_identity', [hash('identifier')]],
  ['contract_agira_request', ["applicant = '{}'", "deceased_person = '{}'"]],
  ['contract_agira_beneficiary', ["beneficiary = '{}'"]],
  ['report_production_request', ["context_ = '{}'"]],
  ['endorsement_party', ["values = '{}'", "new_extra_data = '{}'"]],
];
const DELETED = ['ir_note', 'rule_engine_log', 'ir_coog_error'];

/** The scripts' way: their statements one after the other in one transaction. @param {string[]} endorsed tables of endorsements */
export const scriptsWay = (endorsed) =>
  [
    'BEGIN',
    ...[...UPDATES, ...endorsed.map((table) => [table, ["values = '{}'", "extra_data = '{}'"]])].map(
      ([table, changes, where]) => `UPDATE ${table} SET ${changes.join(', ')}${where ? ` WHERE ${where}` : ''}`,
    ),
    ...DELETED.map((table) => `DELETE FROM ${table}`),
    'COMMIT',
  ]
    .map((statement) => `${statement};`)
    .join('\n');
