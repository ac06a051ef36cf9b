import { type Problem, ProblemError } from '@coog/cli/command';
import { isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { shapeFaults } from './shape.ts';
import { type RuleFile, rulesVersion } from './types.ts';

/** Where a rule stands. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
}

/** A rule file with the place of everything in it. */
export interface ParsedRules {
  readonly file: RuleFile;
  readonly path: string;
  /** Of what a path of keys leads to, or of the last of its keys that is there. */
  readonly placeOf: (...keys: string[]) => RulePlace;
}

/** @throws ProblemError RULES_INVALID (exit code 2) with everything that is wrong in the file */
export function parseRules(text: string, path: string): ParsedRules {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const syntax = document.errors.map(({ message, pos }) =>
    invalid(message.split('\n')[0] ?? message, { file: path, line: lineAt(pos[0]) }),
  );
  if (syntax.length > 0) throw new ProblemError(syntax);
  const placeOf = (...keys: string[]): RulePlace => {
    let node: unknown = document.contents;
    let at = 0;
    for (const key of keys) {
      if (!isMap(node)) break;
      const pair = node.items.find(({ key: k }) => isScalar(k) && String(k.value) === key);
      if (!pair) break;
      at = (pair.key as Node).range?.[0] ?? at;
      node = pair.value;
    }
    return { file: path, line: lineAt(at) };
  };
  const content = withoutNulls(document.toJS()) as Record<string, unknown> | null;
  const version = content?.version;
  if (typeof version === 'number' && version > rulesVersion)
    throw new ProblemError(
      invalid(`the file is of version ${version}, and this plugin knows ${rulesVersion}`, placeOf('version')),
    );
  const faults = shapeFaults(content);
  if (faults.length > 0) throw new ProblemError(faults.map(({ message, keys }) => invalid(message, placeOf(...keys))));
  return { file: content as unknown as RuleFile, path, placeOf };
}

/** `column: null` in YAML is the rule `null`, which has no better name; `column:` with nothing behind it is the same to YAML. */
function withoutNulls(content: unknown): unknown {
  const tables = (content as { tables?: Record<string, { columns?: Record<string, unknown> } | null> } | null)?.tables;
  for (const table of Object.values(tables ?? {}))
    for (const [column, rule] of Object.entries(table?.columns ?? {}))
      if (rule === null && table?.columns) table.columns[column] = 'null';
  return content;
}

export const invalid = (title: string, place: RulePlace): Problem => ({
  code: 'RULES_INVALID',
  title,
  place,
  next: 'see RULES.md of @coog/plugin-anonymize',
});
