import type { Problem } from '@coog/cli/command';
import { type MaskedType, masks } from '../masks/masks.ts';
import type { MergedColumn } from '../rules/merge.ts';
import type { SchemaColumn, SchemaTable } from '../schema/types.ts';
import { impossibleProblem } from './problems.ts';

const texts = new Set(['text', 'varchar', 'bpchar', 'citext', 'name']);
const dates = new Set(['date', 'timestamp', 'timestamptz']);

/** What of a column masks can work with; undefined for arrays and types that have no mask. */
export function maskedType({ base, isArray }: SchemaColumn): MaskedType | undefined {
  if (isArray) return undefined;
  if (texts.has(base)) return 'text';
  if (base === 'json' || base === 'jsonb') return 'json';
  return dates.has(base) ? 'date' : undefined;
}

/** Why a column's rule cannot be carried out: nothing is left to a failure in the middle of the run. */
export function fitProblems(table: SchemaTable, column: SchemaColumn, { action, place }: MergedColumn): Problem[] {
  if ('keep' in action) return [];
  const name = `${table.key}.${column.name}`;
  if (column.key)
    return [
      impossibleProblem(
        `${name} is part of a foreign key or of a partition's key, and cannot be changed`,
        place,
        'keep it, and mask what it points to',
      ),
    ];
  if (column.generated) return [impossibleProblem(`${name} is made of other columns`, place, 'mask those')];
  if ('clear' in action && action.clear === 'null' && column.notNull)
    return [impossibleProblem(`${name} takes no NULL`, place, 'use empty, set or a mask')];
  if ('clear' in action && action.clear === 'empty' && emptyOf(column) === undefined)
    return [
      impossibleProblem(`${name} is ${column.type}, which has no empty value`, place, 'use null or {set: VALUE}'),
    ];
  if ('mask' in action) {
    const fits = masks[action.mask].fits as readonly (MaskedType | undefined)[];
    if (!fits.includes(maskedType(column)))
      return [
        impossibleProblem(
          `${name} is ${column.type}, and the mask ${action.mask} is for ${fits.join(' and ')}`,
          place,
          'use null, empty or another mask',
        ),
      ];
  }
  return uniqueProblems(table, column, { action, place });
}

/** What `empty` writes, as a literal; undefined where a type has none. */
export function emptyOf({ base, isArray }: SchemaColumn): string | undefined {
  if (isArray || base === 'json' || base === 'jsonb') return "'{}'";
  return texts.has(base) || ['bytea', 'hstore', 'tsvector', 'xml'].includes(base) ? "''" : undefined;
}

/** Different values must stay different where the database says so; NULLs never meet. */
function uniqueProblems(
  table: SchemaTable,
  column: SchemaColumn,
  { action, place }: Omit<MergedColumn, 'optional'>,
): Problem[] {
  const unique = table.uniques.find(({ columns }) => columns.includes(column.name));
  if (!unique || 'keep' in action || ('clear' in action && action.clear === 'null')) return [];
  const name = `${table.key}.${column.name}`;
  const next = 'use null, or a mask for unique values: token, login, email, name, nir, iban, identifier';
  if (!('mask' in action))
    return [
      impossibleProblem(`${name} must be unique (${unique.name}), and would be the same in every row`, place, next),
    ];
  const mask = masks[action.mask];
  if (!mask.unique)
    return [
      impossibleProblem(
        `${name} must be unique (${unique.name}), and ${action.mask} gives the same to several`,
        place,
        next,
      ),
    ];
  if (column.length !== undefined && column.length < (mask.length ?? Number.POSITIVE_INFINITY))
    return [
      impossibleProblem(
        `${name} must be unique (${unique.name}), and its ${column.length} characters are too few for ${action.mask}`,
        place,
        'use null, or a shorter mask: login and name have 12',
      ),
    ];
  return [];
}
