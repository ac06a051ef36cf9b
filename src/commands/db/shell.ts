import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbShell extends DatabaseCommand {
  static override summary = 'Open psql on a database';
  static override enableJsonFlag = false;
  static override usage = 'db:shell [--database NAME] [-- PSQL-ARGUMENTS]';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --database sandbox -- -c "SELECT count(*) FROM party_party"',
  ];

  async run(): Promise<void> {
    const passedOn = this.takePassedOn();
    const { flags } = await this.parse(DbShell);
    const { openShell } = await import('../../database/index.ts');
    const context = await this.operation(flags);
    process.exitCode = await openShell(
      {
        database: flags.database,
        args: passedOn,
        terminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
      },
      context,
    );
  }
}
