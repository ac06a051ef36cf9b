import { DatabaseCommand } from '../../../cli/database-command.ts';
import { formatTable } from '../../../cli/table.ts';
import { formatBytes } from '../../../shared/units.ts';

export default class DbSnapshotList extends DatabaseCommand {
  static override summary = 'List the snapshots of a database';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<object> {
    const { flags } = await this.parse(DbSnapshotList);
    const { listSnapshots } = await import('../../../database/index.ts');
    const snapshots = await this.withDatabase(flags, (context) => listSnapshots(flags.database, context));
    const rows = snapshots.map((s) => [s.id, formatBytes(s.size), s.at ?? '']);
    this.log(rows.length === 0 ? 'no snapshots' : formatTable(['SNAPSHOT', 'SIZE', 'MADE'], rows));
    return { snapshots };
  }
}
