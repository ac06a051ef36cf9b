import { Flags } from '@oclif/core';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbUpdate extends DatabaseCommand {
  static override summary = 'Bring the schema of a database up to date, and activate modules';
  static override description = [
    'A copy is updated while the database itself is closed to its users; when all went well the copy takes its place.',
    'What was there is kept, and coog db:undo brings it back. Other databases are not touched.',
  ].join('\n');
  static override usage = 'db:update [MODULE…] [--database NAME]';
  static override strict = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> contract claim loan --database sandbox',
  ];
  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'accepted; nothing is asked', hidden: true }) };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(DbUpdate);
    const { updateDatabase } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, argv.join(' '), (context) =>
      updateDatabase({ database: flags.database, modules: argv as string[] }, context),
    );
    this.log(`${result.database}: updated`);
    this.say(`What was there is kept as ${result.previous}\n→ coog db:undo brings it back`);
    return result;
  }
}
