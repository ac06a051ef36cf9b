import type { Problem } from '@coog/cli/command';
import type { RulePlace } from '../rules/parse.ts';

/** A column that nobody has decided about. */
export interface Unclassified {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

const SHOWN = 40;

export function unclassifiedProblem(columns: readonly Unclassified[]): Problem {
  const lines = columns.slice(0, SHOWN).map(({ table, column, type }) => `${table}.${column} (${type})`);
  const more = columns.length > SHOWN ? [`… and ${columns.length - SHOWN} more`] : [];
  return {
    code: 'COLUMNS_UNCLASSIFIED',
    title: `${columns.length === 1 ? 'a column is' : `${columns.length} columns are`} not classified; no rule says what happens to ${columns.length === 1 ? 'it' : 'them'}`,
    detail: [...lines, ...more].join('\n'),
    next: 'coog anonymize:rules:check --write custom/anonymize/new.yml',
  };
}

export const missingProblem = (what: string, place: RulePlace): Problem => ({
  code: 'RULE_TARGET_MISSING',
  title: `${what}, which a rule speaks of, is not in the database`,
  place,
  next: 'correct the name, or add "when: exists" to the table or the file',
});

export const impossibleProblem = (title: string, place: RulePlace, next: string): Problem => ({
  code: 'RULE_IMPOSSIBLE',
  title,
  place,
  next,
});
