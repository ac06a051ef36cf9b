import { DatabaseCommand } from '../../cli/database-command.ts';
import { formatTable } from '../../cli/table.ts';
import { formatBytes } from '../../shared/units.ts';

export default class DbList extends DatabaseCommand {
  static override summary = 'List databases, what coog keeps beside them, and backups';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(DbList);
    const { listEverything } = await import('../../database/index.ts');
    const { databases, backups, folder } = await this.withDatabase(flags, (context) =>
      listEverything(flags.database, context),
    );
    const size = (bytes: number | undefined) => (bytes === undefined ? '' : formatBytes(bytes));
    this.log(
      formatTable(
        ['DATABASE', 'KIND', 'SIZE', 'SINCE', 'WHY'],
        databases.map((d) => [d.name, d.kind, size(d.size), d.at ?? '', d.text ?? '']),
      ),
    );
    this.log('');
    if (backups.length === 0) this.log(`No backups in ${folder}`);
    else
      this.log(
        formatTable(
          ['BACKUP', 'DATABASE', 'SIZE', 'MADE', 'VERIFIED'],
          backups.map((b) => [b.name, b.database ?? '', size(b.size), b.created ?? '', b.verified]),
        ),
      );
    return { databases, backups, folder };
  }
}
