import { createHash } from 'node:crypto';
import { type DumpStep, dropDatabase } from '@coog/cli/database';
import { type CopyOptions, makeCopy } from './copy.ts';

/** For `db:dump --anonymize`: what is dumped is a copy that passed the leak scan, and goes with the dump. */
export const dumpStep =
  (options: CopyOptions): DumpStep =>
  async (target, context) => {
    const copy = await makeCopy(target, options, context);
    if (copy.password !== undefined && options.password === undefined)
      context.say(`The administrator's password in the backup: ${copy.password}`);
    return {
      database: copy.name,
      facts: { anonymised: true, rules: rulesOf(copy.plan.rules) },
      drop: () => dropDatabase(target.server, copy.name),
    };
  };

/** Names of the rule files, and a digest of the list. */
export const rulesOf = (names: readonly string[]): string =>
  `${names.join(', ')} (${createHash('sha256').update(names.join('\n')).digest('hex').slice(0, 12)})`;
