import { Flags } from '@oclif/core';
import { DatabaseCommand } from '../../cli/database-command.ts';
import { formatTable } from '../../cli/table.ts';
import type { DatabaseContext } from '../../database/index.ts';
import { formatBytes } from '../../shared/units.ts';

export default class DbPrune extends DatabaseCommand {
  static override summary = 'Remove old backups, and replaced databases that nobody needs any more';
  static override description = [
    'Only shows what it would remove, unless --yes is given. Backups are judged by project and database; the last one',
    'that was verified always stays. A replaced database goes when it is older than --previous-days.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> --keep-last 3 --keep-daily 7 --keep-weekly 4 --keep-monthly 12',
    '<%= config.bin %> <%= command.id %> --keep-last 3 --yes',
  ];
  static override flags = {
    'keep-last': Flags.integer({ default: 3, min: 1, summary: 'the newest N' }),
    'keep-daily': Flags.integer({ default: 7, min: 0, summary: 'the last of each of N days' }),
    'keep-weekly': Flags.integer({ default: 4, min: 0, summary: 'the last of each of N weeks' }),
    'keep-monthly': Flags.integer({ default: 12, min: 0, summary: 'the last of each of N months' }),
    'previous-days': Flags.integer({ default: 7, min: 0, summary: 'days that a replaced database is kept' }),
    yes: Flags.boolean({ char: 'y', summary: 'remove them' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbPrune);
    const { prune } = await import('../../database/index.ts');
    const work = (context: DatabaseContext) =>
      prune(
        {
          database: flags.database,
          policy: {
            keepLast: flags['keep-last'],
            keepDaily: flags['keep-daily'],
            keepWeekly: flags['keep-weekly'],
            keepMonthly: flags['keep-monthly'],
          },
          previousDays: flags['previous-days'],
          remove: flags.yes,
        },
        context,
      );
    const result = await (flags.yes ? this.changeDatabase(flags, '', work) : this.withDatabase(flags, work));
    const rows = result.items.map((item) => [
      item.kept ? 'keep' : 'remove',
      item.name,
      formatBytes(item.size),
      item.why,
    ]);
    this.log(rows.length === 0 ? 'nothing to remove' : formatTable(['FATE', 'WHAT', 'SIZE', 'WHY'], rows));
    if (!flags.yes && result.items.some((item) => !item.kept)) this.say('→ the same with --yes removes them');
    return result;
  }
}
