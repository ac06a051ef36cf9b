import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { confirm } from '../../cli/confirm.ts';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbLoad extends DatabaseCommand {
  static override summary = 'Load a backup; the database that was there is kept';
  static override description = [
    'The file is read and checked, then restored beside the live database, which goes on working. Only for the swap the',
    'clients of this database are stopped. The database that was replaced stays, and coog db:undo brings it back.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> backups/coog-coog-20260101T000000Z.dump',
    '<%= config.bin %> <%= command.id %> old.zip --database sandbox --yes',
    'ssh backup@other "cat coog.dump" | <%= config.bin %> <%= command.id %> - --yes',
  ];
  static override args = {
    file: Args.string({ description: 'the backup; - is standard input', required: true }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
    into: Flags.string({
      helpValue: 'NAME',
      exclusive: ['database'],
      summary: 'fill this empty database instead, where none may be made',
    }),
    refill: Flags.boolean({
      dependsOn: ['into'],
      summary: 'empty that database first, where a load that was killed left it half filled',
    }),
    filestore: Flags.boolean({ summary: 'bring the document store back as well' }),
    jobs: Flags.integer({ char: 'j', default: 2, min: 1, max: 64, summary: 'connections that restore' }),
    identity: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'identity file of age for an encrypted backup',
    }),
    'trust-archive': Flags.boolean({ summary: 'load plain SQL where psql cannot be kept from running programs' }),
    'ignore-passphrase': Flags.boolean({ summary: 'load although COOG_PASSPHRASE is another one' }),
    client: Flags.string({ options: ['container', 'host'], summary: 'where pg_restore runs' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbLoad);
    const { loadDatabase } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, args.file, (context) =>
      loadDatabase(
        {
          database: flags.database,
          file: args.file === '-' ? '-' : resolve(args.file),
          into: flags.into,
          refill: flags.refill,
          filestore: flags.filestore,
          jobs: flags.jobs,
          identities: flags.identity ?? [],
          trust: flags['trust-archive'],
          ignorePassphrase: flags['ignore-passphrase'],
          client: flags.client as 'container' | 'host' | undefined,
          stdin: process.stdin,
          confirm: (intent) => confirm(intent, flags.yes, context.say),
        },
        context,
      ),
    );
    this.log(`${result.database}: loaded ${args.file} (${result.tables} tables, ${result.rows} rows)`);
    if (result.previous) this.say(`What was there is kept as ${result.previous}\n→ coog db:undo brings it back`);
    return result;
  }
}
