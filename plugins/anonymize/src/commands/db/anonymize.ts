import { resolve } from 'node:path';
import { confirm, DatabaseCommand, Flags, formatBytes } from '@coog/cli/command';
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
  static override flags = {
    to: Flags.string({ helpValue: 'NAME', summary: 'name of the copy (default: DATABASE_anonymized)' }),
    'in-place': Flags.string({
      helpValue: 'DATABASE',
      exclusive: ['to'],
      summary: 'replace the database itself, whose name must be typed; it is kept',
    }),
    'dry-run': Flags.boolean({ summary: 'show what would be done, with pseudonyms of some values' }),
    reveal: Flags.boolean({ dependsOn: ['dry-run'], summary: 'show the real values beside them' }),
    'key-file': Flags.string({
      helpValue: 'FILE',
      summary: 'key: the same pseudonyms every time; made when missing (0600)',
    }),
    'password-file': Flags.string({ helpValue: 'FILE', summary: 'password of the administrator; - is standard input' }),
    'admin-password-admin': Flags.boolean({
      exclusive: ['password-file'],
      summary: 'the password of the administrator becomes "admin", as with the scripts',
    }),
    report: Flags.string({ helpValue: 'FOLDER', summary: 'where the report goes (default: the backups)' }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask before a copy of that name is replaced' }),
  };

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
