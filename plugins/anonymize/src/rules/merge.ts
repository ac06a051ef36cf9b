import type { ParsedRules, RulePlace } from './parse.ts';
import type { ClearRule, KeepList, MaskName, MaskRule, SetRule, TableRule, Unless } from './types.ts';

/** What a column's rule is once its short forms are spelled out. */
export type Action = { readonly keep: true } | ClearRule | SetRule | MaskRule;

export interface MergedColumn {
  readonly action: Action;
  readonly place: RulePlace;
  /** What the database does not have is left out, and not refused. */
  readonly optional: boolean;
}

export interface MergedTable {
  readonly place: RulePlace;
  readonly optional: boolean;
  readonly rows: NonNullable<TableRule['rows']> | undefined;
  readonly unless: readonly Unless[];
  readonly columns: ReadonlyMap<string, MergedColumn>;
}

export interface MergedList extends KeepList {
  readonly place: RulePlace;
  readonly optional: boolean;
}

/** All rules, each said by the strongest source that says it. */
export interface RuleSet {
  readonly tables: ReadonlyMap<string, MergedTable>;
  readonly lists: ReadonlyMap<string, MergedList>;
  readonly largeObjects: 'delete' | 'keep' | undefined;
  /** Names of the files, weakest first. */
  readonly names: readonly string[];
}

/** Merges files, the weakest source first: columns, `rows`, `unless` and keep lists are replaced one by one. Pure. */
export function mergeRules(files: readonly ParsedRules[]): RuleSet {
  const tables = new Map<string, MergedTable>();
  const lists = new Map<string, MergedList>();
  let largeObjects: RuleSet['largeObjects'];
  for (const { file, placeOf } of files) {
    largeObjects = file['large-objects'] ?? largeObjects;
    for (const [name, list] of Object.entries(file['keep-lists'] ?? {}))
      lists.set(name, {
        ...lists.get(name),
        ...list,
        place: placeOf('keep-lists', name),
        optional: file.when === 'exists',
      });
    for (const [name, rule] of Object.entries(file.tables ?? {})) {
      const optional = (rule.when ?? file.when) === 'exists';
      tables.set(
        name,
        mergeTable(tables.get(name), rule, { optional, placeOf: (...keys) => placeOf('tables', name, ...keys) }),
      );
    }
  }
  return { tables, lists, largeObjects, names: files.map(({ file }) => file.name) };
}

interface Origin {
  readonly optional: boolean;
  readonly placeOf: ParsedRules['placeOf'];
}

function mergeTable(weaker: MergedTable | undefined, rule: TableRule, { optional, placeOf }: Origin): MergedTable {
  const columns = new Map(weaker?.columns);
  for (const column of rule.keep ?? [])
    columns.set(column, { action: { keep: true }, place: placeOf('keep'), optional });
  for (const [column, said] of Object.entries(rule.columns ?? {}))
    columns.set(column, { action: spellOut(said), place: placeOf('columns', column), optional });
  return {
    place: placeOf(),
    // One strict source is enough to refuse a table that is not there.
    optional: optional && (weaker?.optional ?? true),
    rows: rule.rows ?? weaker?.rows,
    unless: rule.unless ?? weaker?.unless ?? [],
    columns,
  };
}

function spellOut(rule: NonNullable<TableRule['columns']>[string]): Action {
  if (typeof rule !== 'string') return rule;
  if (rule === 'keep') return { keep: true };
  if (rule === 'null' || rule === 'empty') return { clear: rule };
  return { mask: rule as MaskName };
}
