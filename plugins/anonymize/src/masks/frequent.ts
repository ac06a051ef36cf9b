import { SCHEMA } from './hash.ts';
import type { SqlFunction } from './sql-function.ts';

/** A setting of the session: the pseudonyms of a column's frequent values, as a JSON object. */
export const frequentSetting = (which: number): string => `${SCHEMA}.frequent_${which}`;

/** What it holds; immutable, so that it is read once a statement. */
export const frequentFunction: SqlFunction = {
  name: 'frequent',
  parameters: 'which int',
  returns: 'jsonb',
  immutable: true,
  body: `RETURN current_setting('${frequentSetting(0).slice(0, -1)}' || which)::jsonb;`,
};

/** A pseudonym that is looked up, for a fifth of what it costs to make it, and only made where it is not found. */
export const lookedUp = (which: number, value: string, made: string): string =>
  `coalesce(${SCHEMA}.frequent(${which}) ->> ${value}, ${made})`;
