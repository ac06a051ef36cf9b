import { ENDORSED } from './coog-tables.ts';
import { FUNCTIONS, list, pick, pickSteeply } from './random.ts';
import {
  CAUSES,
  CITIES,
  FIRST_NAMES,
  MAIL_HOSTS,
  REMARKS,
  RIVERS,
  ROADS,
  SAINTS,
  STREETS,
  SURNAME_PARTS,
  SURNAMES,
} from './words.ts';

/** Numbers of the first party and the first user; below are those that Tryton makes itself. */
export const FIRST_PARTY = 1000;
const FIRST_USER = 100;
const USERS = 200;
const COMPANIES = 20;

const rareSurname = SURNAME_PARTS.map((parts, k) => pick(parts, 'i', 20 + k)).join(' || ');
const surname = `CASE WHEN pg_temp.r(i, 11, 10) < 6 THEN ${pickSteeply(SURNAMES, 'i', 12)} ELSE ${rareSurname} END`;
const firstName = `CASE WHEN pg_temp.r(i, 13, 12) = 0
    THEN ${pick(FIRST_NAMES, 'i', 14)} || '-' || ${pick(FIRST_NAMES, 'i', 15)} ELSE ${pickSteeply(FIRST_NAMES, 'i', 16)} END`;
const village = `'Saint-' || ${pick(SAINTS, 'i', 17)} || '-sur-' || ${pick(RIVERS, 'i', 18)}`;
const city = `CASE WHEN pg_temp.r(i, 19, 4) > 0 THEN ${pickSteeply(CITIES, 'i', 30)} ELSE ${village} END`;
const street = `(1 + pg_temp.r(i, 31, 180)) || ' ' || ${pick(ROADS, 'i', 32)} ${`|| ' ' || ${pick(STREETS, 'i', 33)}`}`;
const remark = (name: string): string => `replace(replace(${pick(REMARKS, 'i', 34)}, '%s', ${name}), '%t', spoken)`;

/** Everybody of whom the tables are filled: number, names, and whether it is a company (one in 20). */
const people = (parties: number): string => `
  CREATE TEMP TABLE people AS
  SELECT i, ${FIRST_PARTY} + i::int AS id, i % 20 <> 0 AS is_person, ${surname} AS surname, ${firstName} AS first_name
    FROM generate_series(1, ${parties}::bigint) i;
  ALTER TABLE people ADD COLUMN whole text;
  UPDATE people SET whole = CASE WHEN is_person THEN first_name || ' ' || surname
                                 ELSE 'Établissements ' || surname || ' et Fils ' || i END;
  ALTER TABLE people ADD COLUMN nir text, ADD COLUMN iban text, ADD COLUMN siren text, ADD COLUMN phone text, ADD COLUMN spoken text,
    ADD COLUMN plain text;
  UPDATE people SET nir = pg_temp.nir(i), iban = pg_temp.iban(i), siren = pg_temp.siren(i), phone = pg_temp.phone(i),
    spoken = pg_temp.spaced(pg_temp.phone(i)), plain = pg_temp.plain(surname);
  ANALYZE people`;

/** SQL that fills the tables of Tryton's modules and Coog's with so many parties; each a statement or several. */
export const population = (parties: number): string[] => [
  FUNCTIONS,
  people(parties),
  `INSERT INTO country_country (id, name, code, active)
   SELECT 1, 'France', 'FR', true WHERE NOT EXISTS (SELECT FROM country_country)`,
  `INSERT INTO currency_currency (id, name, symbol, code, rounding, digits, active)
   SELECT 1, 'Euro', '€', 'EUR', 0.01, 2, true WHERE NOT EXISTS (SELECT FROM currency_currency)`,
  // 30 of them are banks, 10 are insurers: their names are public.
  `INSERT INTO party_party (id, active, code, name, is_person, first_name, commercial_name, birth_name, birth_date, siren, ssn,
      sepa_creditor_identifier, extra_data)
   SELECT id, true, lpad(i::text, 8, '0'), CASE WHEN i <= 30 THEN 'Banque de ' || ${pick(CITIES, 'i', 43)} || ' ' || i WHEN is_person THEN surname ELSE whole END,
      is_person, CASE WHEN is_person THEN first_name END, CASE WHEN NOT is_person THEN surname || ' Distribution' END,
      CASE WHEN i % 7 = 0 THEN ${rareSurname} END, CASE WHEN is_person THEN date '1930-01-01' + pg_temp.r(i, 35, 29000)::int END,
      CASE WHEN NOT is_person THEN siren END, CASE WHEN is_person THEN nir END,
      CASE WHEN NOT is_person THEN 'FR12ZZZ' || pg_temp.digits(i, 36, 6) END,
      jsonb_build_object('fumeur', i % 5 = 0, 'contact', jsonb_build_object('nom', whole, 'mobile', phone))
     FROM people`,
  `INSERT INTO party_address (id, active, party, name, party_name, street, city, postal_code, sequence)
   SELECT i + 1000, true, id, CASE WHEN i % 9 = 0 THEN 'Résidence ' || ${rareSurname} END, CASE WHEN i % 4 = 0 THEN whole END,
      ${street}, ${city}, lpad((1000 + pg_temp.r(i, 37, 94000))::text, 5, '0'), 1 FROM people`,
  `INSERT INTO country_postal_code (country, city, postal_code)
   SELECT (SELECT min(id) FROM country_country), ${city}, lpad((1000 + i * 97)::text, 5, '0')
     FROM generate_series(1, 900) i`,
  `INSERT INTO party_contact_mechanism (active, party, type, value, value_compact, name, comment, sequence)
   SELECT true, id, 'email', mail, mail, NULL, NULL, 1
     FROM (SELECT id, i, pg_temp.plain(first_name) || '.' || plain || i % 97 || '@' || ${pick(MAIL_HOSTS, 'i', 38)} AS mail FROM people) p
   UNION ALL
   SELECT true, id, CASE WHEN i % 3 = 0 THEN 'phone' ELSE 'mobile' END, spoken,
          '+33' || substr(phone, 2), CASE WHEN i % 11 = 0 THEN 'Secrétariat ' || surname END,
          CASE WHEN i % 13 = 0 THEN ${remark('whole')} END, 2 FROM people`,
  `INSERT INTO party_identifier (active, party, type, code)
   SELECT true, id, CASE WHEN is_person THEN 'fr_nir' ELSE 'fr_siren' END,
          CASE WHEN is_person THEN nir ELSE siren END FROM people WHERE i % 2 = 0`,
  `INSERT INTO bank (id, bic, party) SELECT i, 'BNPAFRPP' || lpad(i::text, 3, 'A'), id FROM people WHERE i <= 30`,
  'INSERT INTO insurer (party) SELECT id FROM people WHERE i BETWEEN 31 AND 40',
  'INSERT INTO bank_account (id, active, bank) SELECT i, true, 1 + i % 30 FROM people',
  `INSERT INTO bank_account_number (active, account, number, number_compact, type)
   SELECT true, i, trim(regexp_replace(iban, '(.{4})', '\\1 ', 'g')), iban, 'iban' FROM people`,
  `INSERT INTO "bank_account-party_party" (account, owner) SELECT i, id FROM people`,
  ...users(),
  ...documents(),
  ...contracts(),
  `SELECT setval(pg_get_serial_sequence(c.oid::regclass::text, 'id'), ${parties + FIRST_PARTY + USERS})
     FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
      AND c.relname IN ('party_party', 'party_address', 'bank', 'bank_account', 'res_user', 'company_company')`,
];

/** Of users and what they leave behind. */
function users(): string[] {
  const somebody = 'SELECT * FROM people WHERE is_person ORDER BY i';
  return [
    `INSERT INTO company_company (id, party, currency, header, footer)
     SELECT i, id, (SELECT min(id) FROM currency_currency), 'Société ' || whole,
            'Directeur : ' || first_name || ' ' || surname || ' - ' || spoken FROM people
      WHERE i % 20 = 0 ORDER BY i LIMIT ${COMPANIES}`,
    `INSERT INTO res_user (id, name, login, email, password_hash, signature, active, menu)
     SELECT ${FIRST_USER} + i, first_name || ' ' || surname, pg_temp.plain(first_name) || '.' || plain || i,
            plain || i || '@assureur.fr', '$scrypt$ln=16,r=8,p=1$' || md5(i::text) || '$' || md5((i * 3)::text),
            CASE WHEN i % 4 = 0 THEN first_name || ' ' || surname || ', gestionnaire' END, true, coalesce((SELECT min(id) FROM ir_action), 1)
       FROM (${somebody} LIMIT ${USERS}) u`,
    `INSERT INTO res_group (name, active) VALUES ('Coog Do Not Anonymize', true)`,
    `INSERT INTO "res_user-res_group" ("user", "group")
     SELECT u.id, g.id FROM res_user u, res_group g WHERE g.name = 'Coog Do Not Anonymize' AND u.id IN (SELECT id FROM res_user WHERE id >= ${FIRST_USER} ORDER BY id LIMIT 3)`,
    `INSERT INTO ir_session (key, create_uid) SELECT md5(id::text) || md5((id * 7)::text), id FROM res_user WHERE id >= ${FIRST_USER}`,
    `INSERT INTO res_user_login_attempt (login, ip_address, ip_network)
     SELECT login, '192.0.2.' || id % 250, '192.0.2.0/24' FROM res_user WHERE id >= ${FIRST_USER}`,
    `INSERT INTO api_token ("user", name, key, request_hash)
     SELECT id, name, md5('key' || id) || md5('more' || id), md5('hash' || id) FROM res_user WHERE id >= ${FIRST_USER}`,
    `INSERT INTO ir_api_identity ("user", identifier) SELECT id, login || '@assureur.fr' FROM res_user WHERE id >= ${FIRST_USER}`,
    `INSERT INTO rule_engine_log ("user", calls, errors)
     SELECT u.id, 'calcul pour ' || p.whole, NULL FROM res_user u JOIN people p ON p.i = u.id WHERE u.id >= ${FIRST_USER}`,
    `INSERT INTO ir_coog_error (message, description) SELECT 'Erreur', 'Assuré ' || whole FROM people WHERE i % 500 = 0`,
    `INSERT INTO ir_error (message, description, origin) SELECT 'Erreur', 'Assuré ' || whole, 'party.party,' || id FROM people WHERE i % 500 = 0`,
    `INSERT INTO ir_queue (name, enqueued_at, data)
     SELECT 'default', now(), jsonb_build_object('model', 'party.party', 'args', jsonb_build_array(whole)) FROM people WHERE i % 500 = 0`,
  ];
}

/** Attachments, notes, e-mails: what the application keeps beside its tables. */
function documents(): string[] {
  const letter = `convert_to('Madame, Monsieur ' || whole || ', votre IBAN ' || iban || ' a été enregistré. ' || repeat(${remark('whole')} || E'\\n', 5), 'UTF8')`;
  return [
    `INSERT INTO ir_attachment (resource, name, type, data, description)
     SELECT 'party.party,' || id, 'attestation_' || plain || '_' || pg_temp.plain(first_name) || '.pdf', 'data',
            ${letter}, CASE WHEN i % 3 = 0 THEN 'Attestation de ' || whole END FROM people WHERE i % 10 = 1`,
    `INSERT INTO ir_note (resource, message) SELECT 'party.party,' || id, ${remark('whole')} FROM people WHERE i % 10 = 2`,
    `INSERT INTO ir_email (resource, recipients, subject, body)
     SELECT 'party.party,' || id, whole || ' <' || plain || i || '@orange.fr>', 'Votre contrat', ${remark('whole')}
       FROM people WHERE i % 20 = 3`,
  ];
}

/** What Coog's modules hold. */
function contracts(): string[] {
  const json = `jsonb_build_object('name', surname, 'first_name', first_name, 'email', plain || i || '@free.fr')`;
  return [
    `INSERT INTO contract (id, subscriber, contract_number, quote_number, status)
     SELECT i, id, 'C' || lpad(i::text, 10, '0'), 'Q' || lpad(i::text, 10, '0'), ${list(['active', 'hold', 'terminated'])}[1 + i % 3]
       FROM people WHERE i > 40 AND i % 2 = 0`,
    `INSERT INTO contract_option (id, contract, status, customized_beneficiary_clause)
     SELECT i, i, 'active', CASE WHEN i % 6 = 0 THEN 'Mon conjoint ' || whole || ', à défaut mes enfants nés ou à naître' END
       FROM people WHERE i > 40 AND i % 2 = 0`,
    `INSERT INTO contract_option_beneficiary (option, party, reference)
     SELECT i, id, plain || '-' || i FROM people WHERE i > 40 AND i % 6 = 0`,
    `INSERT INTO contract_clause (contract, text)
     SELECT i, 'Le capital est versé à ' || whole || ' en cas de ' || ${pick(CAUSES, 'i', 40)} FROM people WHERE i > 40 AND i % 4 = 0`,
    `INSERT INTO contract_agira_request (id, contract, applicant, deceased_person) SELECT i, i, ${json}, ${json} FROM people WHERE i > 40 AND i % 100 = 0`,
    `INSERT INTO contract_agira_beneficiary (request, beneficiary) SELECT i, ${json} FROM people WHERE i > 40 AND i % 100 = 0`,
    `INSERT INTO health_party_complement (party, insurance_fund_number) SELECT id, 'CPAM' || pg_temp.digits(i, 41, 9) FROM people WHERE i % 3 = 0`,
    `INSERT INTO party_interlocutor (party, name) SELECT id, ${pick(FIRST_NAMES, 'i', 42)} || ' ' || ${rareSurname} FROM people WHERE NOT is_person`,
    `INSERT INTO claim_ij_subscription (party, ssn) SELECT id, nir FROM people WHERE is_person AND i % 10 = 3`,
    `INSERT INTO account_invoice (id, party, number, state, type, comment, description)
     SELECT i, id, 'F' || lpad(i::text, 10, '0'), 'paid', 'out', CASE WHEN i % 10 = 0 THEN ${remark('whole')} END, 'Cotisation ' || whole
       FROM people`,
    `INSERT INTO account_invoice_line (invoice, type, description) SELECT i, 'line', 'Cotisation de ' || whole FROM people`,
    ...['account_statement_line', 'account_payment'].map(
      (table) =>
        `INSERT INTO ${table} (party, description) SELECT id, 'VIR ' || upper(whole) || ' ' || iban FROM people WHERE i % 5 = 0`,
    ),
    `INSERT INTO event_log (contract, description) SELECT i, ${remark('whole')} FROM people WHERE i > 40 AND i % 10 = 0`,
    `INSERT INTO report_production_request (contract, context_)
     SELECT i, jsonb_build_object('party', whole, 'address', ${street})::text FROM people WHERE i > 40 AND i % 50 = 0`,
    `INSERT INTO endorsement_party (party, values, new_extra_data) SELECT id, ${json}::text, ${json} FROM people WHERE i % 100 = 7`,
    ...ENDORSED.map(
      (table) =>
        `INSERT INTO ${table} (party, values, extra_data) SELECT id, ${json}::text, ${json} FROM people WHERE i % 500 = 9`,
    ),
  ];
}
