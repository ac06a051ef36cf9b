import { CoogCommand } from '../../cli/base-command.ts';
import { formatTable } from '../../cli/table.ts';

export default class CertsShow extends CoogCommand {
  static override summary = 'Show which certificate the project has, what its port serves now, and until when';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<object> {
    const { flags } = await this.parse(CertsShow);
    const { showCertificate } = await import('../../certificates/index.ts');
    const report = await showCertificate(await this.operation(flags));
    const found = [
      { where: report.source === 'file' ? 'file' : 'Let’s Encrypt', certificate: report.file },
      { where: `port ${report.port}`, certificate: report.served?.certificate },
    ];
    const rows = found.map(({ where, certificate: c }) =>
      c
        ? [where, c.names.join(', ') || c.subject, c.issuer, c.until.slice(0, 10), `${c.daysLeft}`]
        : [where, '–', '', '', ''],
    );
    this.log(formatTable(['WHERE', 'FOR', 'BY', 'UNTIL', 'DAYS'], rows));
    if (!report.served) this.say(`nothing on port ${report.port} of this machine speaks TLS`);
    this.tell(report.problems);
    return report;
  }
}
