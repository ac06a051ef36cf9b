import { Args } from '@oclif/core';
import { DatabaseCommand } from '../../../cli/database-command.ts';

export default class DbSnapshotCreate extends DatabaseCommand {
  static override summary = 'Keep a copy of a database on its server';
  static override description =
    'Faster than a backup, and none: it lives and dies with the server. Sessions are ended for the moment of the copy.';
  static override examples = ['<%= config.bin %> <%= command.id %> before-migration'];
  static override args = { name: Args.string({ description: 'its name', required: true }) };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbSnapshotCreate);
    const { createSnapshot } = await import('../../../database/index.ts');
    const result = await this.changeDatabase(flags, args.name, (context) =>
      createSnapshot({ database: flags.database, name: args.name }, context),
    );
    this.log(`${result.database}: snapshot ${args.name}`);
    this.say(`→ coog db:snapshot:restore ${args.name}`);
    return result;
  }
}
