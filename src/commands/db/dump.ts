import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { DatabaseCommand } from '../../cli/database-command.ts';
import { dumpStepOf } from '../../cli/dump-step.ts';
import { formatBytes } from '../../shared/units.ts';

export default class DbDump extends DatabaseCommand {
  static override summary = 'Back a database up into a file that has been read back';
  static override description = [
    'Nothing is stopped. What is written is a pg_dump archive that pg_restore alone can read, with a manifest beside it:',
    'row counts of the same moment, versions, checksums. Without FILE it goes to the backups folder of the project.',
    'With several jobs it is faster, and a folder in the place of one file; everything else works with it in the same way.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> /mnt/backup/coog.dump --filestore',
    '<%= config.bin %> <%= command.id %> /mnt/backup/large.dump --jobs 4',
    '<%= config.bin %> <%= command.id %> --database sandbox --format sql sandbox.sql',
    '<%= config.bin %> <%= command.id %> - | ssh backup@other "cat > coog.dump"',
  ];
  static override args = {
    file: Args.string({ description: 'where to; - is standard output', required: false }),
  };
  static override flags = {
    format: Flags.string({
      options: ['dump', 'bin', 'sql', 'zip'],
      default: 'dump',
      summary: 'dump and bin: for pg_restore; sql: plain SQL; zip: plain SQL, zipped',
    }),
    filestore: Flags.boolean({ summary: 'back the document store up as well' }),
    encrypt: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'RECIPIENT',
      summary: 'encrypt to a recipient of age (age1…)',
    }),
    jobs: Flags.integer({
      char: 'j',
      default: 1,
      min: 1,
      max: 64,
      summary: 'connections that read; more than one: FILE becomes a folder',
    }),
    client: Flags.string({ options: ['container', 'host'], summary: 'where pg_dump runs' }),
    anonymize: Flags.boolean({
      exclusive: ['filestore'],
      summary: 'dump an anonymised copy, which is dropped afterwards; needs @coog/plugin-anonymize',
    }),
    'key-file': Flags.string({ helpValue: 'FILE', dependsOn: ['anonymize'], summary: 'key of the pseudonyms' }),
    'password-file': Flags.string({
      helpValue: 'FILE',
      dependsOn: ['anonymize'],
      summary: 'password of the administrator in the copy; a random one is printed',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbDump);
    const { dumpDatabase } = await import('../../database/index.ts');
    const step = flags.anonymize ? await dumpStepOf(this.config, flags) : undefined;
    const result = await this.withDatabase(flags, (context) =>
      dumpDatabase(
        {
          database: flags.database,
          file: args.file === undefined || args.file === '-' ? args.file : resolve(args.file),
          format: flags.format as 'dump' | 'bin' | 'sql' | 'zip',
          filestore: flags.filestore,
          jobs: flags.jobs,
          encryptTo: flags.encrypt ?? [],
          client: flags.client as 'container' | 'host' | undefined,
          stdout: process.stdout,
          step,
        },
        context,
      ),
    );
    if (args.file !== '-') this.log(result.file);
    this.say(`${result.database}: ${formatBytes(result.size)}, ${result.tables} tables, ${result.rows} rows`);
    if (args.file !== '-')
      this.say(`→ coog db:verify ${result.file} --deep   restores it into a scratch database and compares`);
    return result;
  }
}
