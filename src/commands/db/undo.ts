import { Flags } from '@oclif/core';
import { confirm } from '../../cli/confirm.ts';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbUndo extends DatabaseCommand {
  static override summary = 'Bring back the database that the last load, update or reset replaced';
  static override description = 'The two change places: a second undo takes the first one back.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --database sandbox --yes',
  ];
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'do not ask' }) };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbUndo);
    const { undo } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, '', (context) =>
      undo({ database: flags.database, confirm: (intent) => confirm(intent, flags.yes, context.say) }, context),
    );
    this.log(`${result.database}: ${result.restored} is back`);
    this.say(`What was there until now is kept as ${result.previous}\n→ coog db:undo changes them back`);
    return result;
  }
}
