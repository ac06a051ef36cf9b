import { Flags } from '@oclif/core';
import { askPassword } from '../../cli/ask-password.ts';
import { confirm } from '../../cli/confirm.ts';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbReset extends DatabaseCommand {
  static override summary = 'Replace a database by a new, empty one; the old one is kept';
  static override description =
    'Asks for the password of the new administrator. The new database is made aside and swapped in when it is ready.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --database sandbox --yes --password-file /run/secrets/admin',
  ];
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'do not ask whether to do it' }),
    'password-file': Flags.string({
      helpValue: 'FILE',
      summary: 'file whose one line is the password; - is standard input',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbReset);
    const { resetDatabase } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, '', (context) =>
      resetDatabase(
        {
          database: flags.database,
          confirm: (intent) => confirm(intent, flags.yes, context.say),
          password: () => askPassword('Password of the administrator', flags['password-file'], context.signal),
        },
        context,
      ),
    );
    this.log(`${result.database}: new and empty`);
    if (result.previous) this.say(`What was there is kept as ${result.previous}\n→ coog db:undo brings it back`);
    return result;
  }
}
