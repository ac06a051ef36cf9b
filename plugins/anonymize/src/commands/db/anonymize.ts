import { resolve } from 'node:path';
import { confirm, DatabaseCommand, formatBytes } from '@coog/cli/command';
import { anonymizeFlags } from '../../cli/flags.ts';
import { passwordOf } from '../../operation/password.ts';

export default class DbAnonymize extends DatabaseCommand {
  static override summary = 'Make an anonymised copy of a database';
  static override description = [
    'The database is copied on its server; the copy is anonymised by rules, neutralised (no crons, mails, payments, sessions)',
    'and gets its name only when a leak scan has found nothing. The database itself is not changed.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --to coog_test --password-file /run/secrets/admin',
    '<%= config.bin %> <%= command.id %> --database sandbox --in-place sandbox',
  ];
  static override flags = anonymizeFlags;

  async run(): Promise<object> {
    const { flags } = await this.parse(DbAnonymize);
    if (flags['dry-run']) return this.dryRun(flags);
    const { anonymizeDatabase } = await import('../../operation/anonymize.ts');
    const file = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
    const password = await passwordOf(flags['password-file'], flags['admin-password-admin']);
    const result = await this.changeDatabase(flags, flags.to ?? '', (context) =>
      anonymizeDatabase(
        {
          database: flags.database,
          to: flags.to,
          inPlace: flags['in-place'],
          keyFile: file(flags['key-file']),
          password,
          report: file(flags.report),
          confirm: (intent) => confirm(intent, flags.yes, context.say),
        },
        context,
      ),
    );
    const { report, published, previous, files } = result;
    this.log(published);
    this.say(
      `${published}: ${formatBytes(report.bytes)}, ${report.tables.length} tables, no leak found; report: ${files.join(', ')}`,
    );
    if (result.password !== undefined && password === undefined)
      this.say(`Password of its administrator: ${result.password}`);
    if (previous)
      this.say(`What was there is kept as ${previous}\n→ coog db:undo --database ${published} brings it back`);
    return { ...result, ...(password === undefined ? {} : { password: undefined }) };
  }

  private async dryRun(flags: {
    project: string | undefined;
    'without-plugin': string[] | undefined;
    database: string | undefined;
    reveal: boolean;
  }) {
    const { dryRun } = await import('../../operation/dry-run.ts');
    const { printedPlan } = await import('../../report/plan.ts');
    const result = await this.withDatabase(flags, (context) =>
      dryRun({ database: flags.database, reveal: flags.reveal }, context),
    );
    const printed = printedPlan(result);
    this.log(printed.text);
    return printed.data;
  }
}
