import { mergeRules, type RuleSet } from '../../../plugins/anonymize/src/rules/merge.ts';
import { parseRules } from '../../../plugins/anonymize/src/rules/parse.ts';
import type { SchemaColumn, SchemaTable } from '../../../plugins/anonymize/src/schema/types.ts';

/** A column of a schema; `type` as PostgreSQL writes it. */
export const column = (name: string, type = 'character varying', more: Partial<SchemaColumn> = {}): SchemaColumn => ({
  name,
  type,
  collate: '',
  base: BASES[type] ?? type,
  isArray: false,
  isEnum: false,
  notNull: false,
  length: undefined,
  generated: false,
  key: false,
  blockedBy: undefined,
  ...more,
});

const BASES: Readonly<Record<string, string>> = {
  'character varying': 'varchar',
  integer: 'int4',
  boolean: 'bool',
  'timestamp without time zone': 'timestamp',
};

export const table = (
  name: string,
  columns: readonly SchemaColumn[],
  more: Partial<SchemaTable> = {},
): SchemaTable => ({
  oid: 1,
  schema: 'public',
  name,
  key: more.schema && more.schema !== 'public' ? `${more.schema}.${name}` : name,
  kind: 'table',
  bytes: 8192,
  rows: 10,
  columns: [column('id', 'integer', { notNull: true }), ...columns],
  uniques: [],
  referencedBy: [],
  hasDropped: false,
  ...more,
});

/** Rules as they would be read of files, the weakest first. */
export const rules = (...files: string[]): RuleSet =>
  mergeRules(files.map((text, i) => parseRules(`version: 1\nname: file-${i}\n${text}`, `/rules/file-${i}.yml`)));
