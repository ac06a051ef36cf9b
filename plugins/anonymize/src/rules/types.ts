/**
 * What a rule file says (RULES.md explains it to people). A file is YAML; every file of all sources is merged into one set,
 * the stronger source's word for a column replacing the weaker one's: base rules (this plugin) < other plugins' rules <
 * the project's own.
 */

/** Of the format. A newer one is refused. */
export const rulesVersion = 1;

/** A file as it is written. */
export interface RuleFile {
  readonly version: 1;
  /** Stands in plan and report; the module of Tryton or Coog that the tables belong to. Unique in its source. */
  readonly name: string;
  readonly description?: string;
  /**
   * `exists`: tables, columns and keep lists of this file that the database does not have are left out, and told; for rules
   * of modules that may not be installed. Absent: what is missing fails the run, as it is a slip of the pen.
   */
  readonly when?: 'exists';
  readonly 'keep-lists'?: Readonly<Record<string, KeepList>>;
  readonly tables?: Readonly<Record<string, TableRule>>;
  /** Large objects (pg_largeobject); a database that has any and no word about them fails. */
  readonly 'large-objects'?: 'delete' | 'keep';
}

/** Rows that keep their values: banks, insurers, the administrator. Compiled to a table of ids, asked with NOT EXISTS. */
export interface KeepList {
  /** Selects one column, the ids that are kept; NULLs in it are ignored. */
  readonly query?: string;
  /** Tables without which the list is empty; it is told. Absent: a missing table fails the run. */
  readonly when?: { readonly tables: readonly string[] };
  /** Selects ids that are not kept although `query` names them. */
  readonly except?: readonly { readonly query: string; readonly when?: { readonly tables: readonly string[] } }[];
  /** `false` turns a list off; a project may turn it on (company names). True unless said. */
  readonly enabled?: boolean;
  /**
   * Part of the rows (0 to 1) that a list may keep; more fails the run, as a query that suddenly keeps all is a leak.
   * 0.5 unless said; tables with less than 20 rows are not judged.
   */
  readonly 'at-most'?: number;
}

/** The rule of a table and, unless it has one of its own, of its twin `<table>__history`. */
export interface TableRule {
  /** As of the file, for this table alone. */
  readonly when?: 'exists';
  /** `truncate`: all rows go at once. `delete`: all rows, row by row, with what foreign keys do. Or those of a condition. `keep` takes a weaker source's word back. */
  readonly rows?: 'truncate' | 'delete' | 'keep' | { readonly delete: string };
  /** Columns that hold nothing personal. */
  readonly keep?: readonly string[];
  readonly columns?: Readonly<Record<string, ColumnRule>>;
  /** Keep lists for all masks of the table, as `unless` of a column. */
  readonly unless?: readonly Unless[];
}

/** `banks`, or `{list: banks, by: party}`: the row is kept when its `by` column (default `id`) is in the list. */
export type Unless = string | { readonly list: string; readonly by: string };

/**
 * What happens to a column:
 * `keep` nothing, `null` becomes NULL, `empty` becomes '' (text), {} (json, arrays, hstore), '' (bytea);
 * `{set: VALUE}` a constant; `{mask: NAME, …}`; a bare name of a mask is `{mask: NAME}`.
 */
export type ColumnRule = 'keep' | 'null' | 'empty' | MaskName | SetRule | MaskRule | ClearRule;

export interface ClearRule {
  readonly clear: 'null' | 'empty';
  readonly unless?: readonly Unless[];
}

export interface SetRule {
  readonly set: string | number | boolean;
  readonly unless?: readonly Unless[];
}

export interface MaskRule {
  readonly mask: MaskName;
  readonly unless?: readonly Unless[];
  /** Column of the row that tells what the value is; `contact` needs it (type of the contact mechanism). */
  readonly by?: string;
  /** Days that `date` moves at most; 180 unless said. */
  readonly days?: number;
  /** Keys of JSON objects whose values stay (`json`). */
  readonly 'keep-keys'?: readonly string[];
  /**
   * Values that share a kind share their pseudonyms; the mask's own name unless said. For a unique column that must not
   * meet another one, or a login that must equal an e-mail.
   */
  readonly kind?: string;
}

/**
 * Masks. Same key and value give the same pseudonym in every table; NULL stays NULL and '' stays ''. A word is 12
 * hexadecimal digits (3fa9c04b12de), so that no real value equals one by chance.
 */
export const maskNames = [
  /** N and a word: `N3fa9c04b12de`. `name`, `first-name` and `company` differ in kind only. */
  'name',
  'first-name',
  'company',
  /** Two of these, for columns that hold a whole name. */
  'full-name',
  /** A number and a name as a street: `1 rue N3fa9c04b12de`. */
  'street',
  /** A word, repeated until it is about as long. */
  'text',
  /** 25 letters and digits; unique for unique values. For keys, tokens, references, identifiers of machines. */
  'token',
  /** A word; unique for unique values. */
  'login',
  /** p and 15 digits @example.invalid. */
  'email',
  /** Phone numbers of France that are never given out: 01 99 00 …, 06 39 98 …; `+` and spaces as in the value. */
  'phone',
  /** Value of a contact mechanism: by its type (`by: type`) one of phone, email, website, else a word. */
  'contact',
  /** https://WORD.example.invalid/ */
  'url',
  /** French social security number, 13 digits, with its key where the value has 15; months 50 to 99, which no real one has. Unique. */
  'nir',
  /** IBAN of France with bank 99999, check digits valid; groups of four where the value has spaces. Unique for all practical purposes. */
  'iban',
  /** A valid SIREN (9 digits, Luhn) that begins with 00; SIRET (14) where the value has as many. */
  'siren',
  /** X and 16 digits; a social security number among the values becomes what `nir` makes of it. Unique. */
  'identifier',
  /** A date or time moved by up to `days`; all of the same day by the same. */
  'date',
  /** The date's first of January: keeps an age. */
  'year',
  /** JSON: texts become words, numbers of five digits and more other numbers; shape, keys and booleans stay. */
  'json',
  /** A name of a file: a word, and the suffix that it had. */
  'file-name',
] as const;

export type MaskName = (typeof maskNames)[number];
