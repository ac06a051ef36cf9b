import { Flags } from '@oclif/core';
import { askPassword } from '../../cli/ask-password.ts';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbChangeAdminPassword extends DatabaseCommand {
  static override summary = "Set the administrator's password";
  static override description = 'Asks for it twice. It never stands in an argument list, a log or a file on disk.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --database sandbox --password-file -  < secret',
  ];
  static override flags = {
    'password-file': Flags.string({
      helpValue: 'FILE',
      summary: 'file whose one line is the password; - is standard input',
    }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(DbChangeAdminPassword);
    const { changeAdminPassword } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, '', (context) =>
      changeAdminPassword(
        {
          database: flags.database,
          password: () => askPassword('New password of the administrator', flags['password-file'], context.signal),
        },
        context,
      ),
    );
    this.log(`${result.database}: the administrator has a new password`);
    return result;
  }
}
