import { Args, Flags } from '@oclif/core';
import { confirm } from '../../../cli/confirm.ts';
import { DatabaseCommand } from '../../../cli/database-command.ts';

export default class DbSnapshotRestore extends DatabaseCommand {
  static override summary = 'Put a snapshot in the place of its database; what was there is kept';
  static override description = 'The snapshot itself stays and can be restored again.';
  static override examples = ['<%= config.bin %> <%= command.id %> before-migration'];
  static override args = { name: Args.string({ description: 'its name', required: true }) };
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'do not ask' }) };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbSnapshotRestore);
    const { restoreSnapshot } = await import('../../../database/index.ts');
    const result = await this.changeDatabase(flags, args.name, (context) =>
      restoreSnapshot(
        { database: flags.database, name: args.name, confirm: (intent) => confirm(intent, flags.yes, context.say) },
        context,
      ),
    );
    this.log(`${result.database}: as in the snapshot ${args.name}`);
    this.say(`What was there is kept as ${result.previous}\n→ coog db:undo brings it back`);
    return result;
  }
}
