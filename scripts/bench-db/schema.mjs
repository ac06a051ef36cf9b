/** What the tables are filled with: expressions of `i`, the number of the row, which are the same on every machine. */
const pick = (words, salt) =>
  `(ARRAY[${words.map((word) => `'${word}'`).join(',')}])[1 + (i * ${salt} % ${words.length})::int]`;

const SURNAMES =
  'Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia'.split(
    ' ',
  );
const NAMES = 'Marie Jean Jeanne Pierre Michel Monique Andre Philippe Nathalie Isabelle Alain Sylvie Jacques'.split(
  ' ',
);
const STREETS = ['rue de la Paix', 'avenue Victor Hugo', 'place du Marche', 'boulevard Voltaire', 'chemin des Dames'];
const CITIES = 'Paris Lyon Marseille Toulouse Nice Nantes Montpellier Strasbourg Bordeaux Lille Rennes'.split(' ');
const SENTENCE =
  'Garantie responsabilite civile et protection juridique du souscripteur pour la periode en cours selon les conditions ' +
  'generales et particulieres du contrat, franchise deduite, taxes et contributions comprises, sous reserve de paiement. ';

const name = `${pick(SURNAMES, 7919)} || ' ' || ${pick(NAMES, 104729)} || ' ' || i % 9973`;
const text = `substr('${SENTENCE}', (1 + i * 37 % 90)::int, (60 + i * 13 % 120)::int) || md5(i::text)`;
const amount = '((i * 7919) % 10000000)::numeric / 100';
const day = "date '2015-01-01' + (i * 31 % 3650)::int";
const moment = "timestamp '2015-01-01' + i % 300000000 * interval '1.000037 seconds'";
const state = pick(['draft', 'quote', 'active', 'hold', 'terminated', 'void'], 31);
const json =
  "jsonb_build_object('risk', i % 97, 'zone', md5((i * 3)::text), 'smoker', i % 5 = 0, 'options', jsonb_build_array(i % 3, i % 11))";
/** 8 kB that nothing makes smaller. */
const bytes =
  "(SELECT string_agg(sha512(convert_to(i::text || '-' || part, 'UTF8')), ''::bytea) FROM generate_series(1, 128) part)";
const to = (table) => ({ references: table });

/** How often the rows below are taken for 1 GB: with them alone a database has 0.84 GB. */
const FOR_A_GIGABYTE = 1.25;

/** The large tables of an insurer, with their rows beside each other. */
const LARGE = {
  party_party: {
    rows: 120_000,
    columns: {
      name: ['varchar', name],
      code: ['varchar', "lpad(i::text, 9, '0')"],
      lang: to('ir_lang'),
      birth_date: ['date', day],
      extra_data: ['jsonb', json],
    },
    indexes: ['code', 'name', 'USING gin (name gin_trgm_ops)'],
  },
  party_address: {
    rows: 180_000,
    columns: {
      party: to('party_party'),
      country: to('country_country'),
      street: ['varchar', `i % 250 || ' ' || ${pick(STREETS, 17)}`],
      postal_code: ['varchar', "lpad((i * 7919 % 99999)::text, 5, '0')"],
      city: ['varchar', pick(CITIES, 13)],
      active: ['boolean', 'i % 20 <> 0'],
    },
    indexes: ['postal_code', 'city'],
  },
  party_contact_mechanism: {
    rows: 240_000,
    columns: {
      party: to('party_party'),
      type: ['varchar', pick(['phone', 'mobile', 'email'], 7)],
      value: ['varchar', "md5(i::text) || '@example.invalid'"],
      value_compact: ['varchar', 'md5(i::text)'],
      sequence: ['integer', 'i % 10'],
    },
    indexes: ['value_compact'],
  },
  party_identifier: {
    rows: 120_000,
    columns: {
      party: to('party_party'),
      type: ['varchar', "'fr_nir'"],
      code: ['varchar', "lpad((i * 104729)::text, 15, '1')"],
    },
    indexes: ['code'],
  },
  contract: {
    rows: 150_000,
    columns: {
      subscriber: to('party_party'),
      product: to('offered_product'),
      contract_number: ['varchar', "'C' || lpad(i::text, 12, '0')"],
      status: ['varchar', state],
      start_date: ['date', day],
      signature_date: ['timestamp(6)', moment],
      extra_datas: ['jsonb', json],
    },
    indexes: ['contract_number', 'status', 'start_date'],
  },
  contract_option: {
    rows: 300_000,
    columns: {
      contract: to('contract'),
      coverage: to('offered_option_description'),
      status: ['varchar', state],
      start_date: ['date', day],
      rate: ['numeric', 'i % 10007 / 10007.0'],
      insured_amount: ['numeric', amount],
    },
    indexes: ['status'],
  },
  claim: {
    rows: 80_000,
    columns: {
      contract: to('contract'),
      claimant: to('party_party'),
      name: ['varchar', "'S' || i"],
      declaration_date: ['date', day],
      notes: ['text', `${text} || ${text}`],
    },
    indexes: ['name', 'declaration_date'],
  },
  account_invoice: {
    rows: 240_000,
    columns: {
      party: to('party_party'),
      contract: to('contract'),
      currency: to('currency_currency'),
      number: ['varchar', "'F' || lpad(i::text, 10, '0')"],
      state: ['varchar', state],
      invoice_date: ['date', day],
      total_amount: ['numeric', amount],
      description: ['varchar', text],
    },
    indexes: ['number', 'state', 'invoice_date'],
  },
  account_invoice_line: {
    rows: 600_000,
    columns: {
      invoice: to('account_invoice'),
      account: to('account_account'),
      description: ['text', text],
      quantity: ['double precision', 'i % 1000 / 8.0'],
      unit_price: ['numeric', amount],
      amount: ['numeric', amount],
      coverage_start: ['date', day],
    },
    indexes: [],
  },
  account_move: {
    rows: 240_000,
    columns: {
      journal: to('account_journal'),
      number: ['varchar', "'M' || i"],
      date: ['date', day],
      post_date: ['timestamp(6)', moment],
      state: ['varchar', state],
    },
    indexes: ['number', 'date'],
  },
  account_move_line: {
    rows: 600_000,
    columns: {
      move: to('account_move'),
      account: to('account_account'),
      party: to('party_party'),
      debit: ['numeric', amount],
      credit: ['numeric', '0'],
      maturity_date: ['date', day],
      state: ['varchar', state],
    },
    indexes: ['maturity_date'],
  },
  ir_attachment: {
    rows: 12_000,
    columns: {
      resource: ['varchar', "'contract,' || i"],
      name: ['varchar', "'courrier-' || i || '.pdf'"],
      data: ['bytea', bytes],
    },
    indexes: ['resource'],
  },
};

/** Tables of settings: there are many of them, and each costs a little. */
const SMALL = [
  ...['ir_lang', 'ir_model', 'ir_model_field', 'ir_ui_view', 'ir_ui_menu', 'ir_action', 'ir_cron', 'ir_sequence'],
  ...['ir_translation', 'ir_trigger', 'res_user', 'res_group', 'country_country', 'country_subdivision'],
  ...['currency_currency', 'currency_rate', 'company_company', 'company_employee', 'account_account'],
  ...['account_journal', 'account_tax', 'account_fiscalyear', 'account_period', 'bank', 'offered_product'],
  ...['offered_option_description', 'rule_engine'],
];
const SETTINGS = {
  rows: 1500,
  columns: {
    name: ['varchar', name],
    code: ['varchar', "'code-' || i"],
    active: ['boolean', 'true'],
    description: ['text', text],
  },
  indexes: ['code'],
};

/** What every record of Tryton has. */
export const COMMON = {
  create_date: ['timestamp(6)', moment],
  create_uid: ['integer', '1 + i % 40'],
  write_date: ['timestamp(6)', `CASE WHEN i % 3 = 0 THEN ${moment} END`],
  write_uid: ['integer', 'CASE WHEN i % 3 = 0 THEN 1 + i % 40 END'],
};

/** By it coog knows a database of Tryton. */
export const MODULES = `
CREATE TABLE ir_module (id serial PRIMARY KEY, name varchar, state varchar, create_date timestamp(6));
INSERT INTO ir_module (name, state) SELECT unnest(ARRAY['ir', 'res', 'party', 'company', 'account', 'contract']), 'activated';`;

/** All tables with their rows for a size; the largest first, so that of two sessions none is left alone at the end. */
export function tables(gigabytes) {
  const large = Object.entries(LARGE).map(([name, t]) => ({
    name,
    ...t,
    rows: Math.ceil(t.rows * gigabytes * FOR_A_GIGABYTE),
  }));
  const small = SMALL.map((name) => ({ name, ...SETTINGS }));
  return [...large, ...small].sort((a, b) => b.rows - a.rows);
}
