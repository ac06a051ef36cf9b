import { Args, Flags } from '@oclif/core';
import { confirm } from '../../../cli/confirm.ts';
import { DatabaseCommand } from '../../../cli/database-command.ts';

export default class DbSnapshotDrop extends DatabaseCommand {
  static override summary = 'Remove a snapshot';
  static override examples = ['<%= config.bin %> <%= command.id %> before-migration --yes'];
  static override args = { name: Args.string({ description: 'its name', required: true }) };
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'do not ask' }) };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbSnapshotDrop);
    const { dropSnapshot } = await import('../../../database/index.ts');
    const result = await this.changeDatabase(flags, args.name, (context) =>
      dropSnapshot(
        { database: flags.database, name: args.name, confirm: (intent) => confirm(intent, flags.yes, context.say) },
        context,
      ),
    );
    this.log(`${result.database}: snapshot ${args.name} is gone`);
    return result;
  }
}
