import { ExitCode, ProblemError } from '@coog/cli/command';
import type { SchemaTable } from '../schema/types.ts';

/**
 * Masking changes values and nothing else: types, NOT NULL, keys and unique indexes must be what they were.
 * @throws ProblemError ANONYMIZE_FAILED (exit code 1)
 */
export function requireSameSchema(before: readonly SchemaTable[], after: readonly SchemaTable[]): void {
  const now = new Map(after.map((table) => [table.key, shapeOf(table)]));
  const changed = before.filter((table) => now.get(table.key) !== shapeOf(table)).map(({ key }) => key);
  if (changed.length === 0 && before.length === after.length) return;
  throw new ProblemError(
    {
      code: 'ANONYMIZE_FAILED',
      title: 'tables are not of the same shape after masking; nothing was published',
      detail: changed.join('\n'),
      next: 'report this: it is a fault of @coog/plugin-anonymize',
    },
    { exitCode: ExitCode.failed },
  );
}

const shapeOf = ({ kind, columns, uniques }: SchemaTable): string =>
  JSON.stringify([
    kind,
    columns.map(({ name, type, collate, notNull, key, generated }) => [name, type, collate, notNull, key, generated]),
    uniques.map(({ name, columns: of }) => [name, of]),
  ]);
