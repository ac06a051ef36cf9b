import { fullName, type Link, type Table } from './catalogue.ts';

/** Lists that modules ship, the same for everybody. */
const CATALOGUE =
  /^(ir_(action|calendar|cache|cron|lang|message|module|rule|sequence|translation|trigger)|ir_model(_access|_button|_data|_field)?($|_|-)|ir_ui_(icon|menu|view$)|country_|currency_|party_address_(format|subdivision))/;
const NO_CATALOGUE = /^ir_model_(log|button_click)/;

/** Whether a table of the application holds what its makers ship. */
export const isCatalogue = ({ schema, name }: Pick<Table, 'schema' | 'name'>): boolean =>
  schema === 'public' && CATALOGUE.test(name) && !NO_CATALOGUE.test(name);

/** Who is somebody. */
const PEOPLE = ['party_party', 'res_user', 'company_employee'];
/** Organisations: what is linked to a person by them alone (a product to its insurer) says nothing about the person. */
const ORGANISATIONS = new Set(['bank', 'insurer', 'company_company']);
/** What the application keeps beside its tables, linked by texts ("party.party,12") or not at all. */
const CARRIERS =
  /^(ir_(attachment|note|email|error|coog_error|queue|session|session_wizard|avatar|api_identity|model_log|ui_view_search)|res_user_\w+|api_token|event_log|rule_engine_log|report_production_request)$/;

/**
 * Tables that say something about people: those of people, what has a foreign key to them, directly or through others, what
 * points to their rows in a text (`references`), and the history of all of these.
 */
export function sourcesOf(
  tables: readonly Table[],
  links: readonly Link[],
  references: ReadonlySet<string>,
): Set<string> {
  const sources = new Set<string>(PEOPLE);
  for (const { name } of tables) if (CARRIERS.test(name) || references.has(name)) sources.add(name);
  const fromTo = Map.groupBy(links, ({ to }) => to);
  // A set goes on over what is added to it.
  for (const name of sources)
    for (const { from } of fromTo.get(name) ?? []) if (!ORGANISATIONS.has(from)) sources.add(from);
  const named = tables.filter((table) => sources.has(table.name.replace(/__history$/, '')) && !isCatalogue(table));
  return new Set(named.map(fullName));
}
