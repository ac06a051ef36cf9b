import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class DbVerify extends DatabaseCommand {
  static override summary = 'Check that a backup can be loaded';
  static override description = [
    'Compares the checksums and reads the archive to its end with pg_restore. With --deep it is restored into a scratch',
    'database, compared with the row counts of its manifest, and dropped again. The result is recorded beside the file.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> backups/coog-coog-20260101T000000Z.dump',
    '<%= config.bin %> <%= command.id %> coog.dump --deep',
  ];
  static override args = { file: Args.string({ description: 'the backup', required: true }) };
  static override flags = {
    deep: Flags.boolean({ summary: 'restore it into a scratch database and compare' }),
    jobs: Flags.integer({ char: 'j', default: 2, min: 1, max: 64, summary: 'connections that restore' }),
    identity: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'identity file of age',
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(DbVerify);
    const { verifyBackup } = await import('../../database/index.ts');
    const result = await this.withDatabase(flags, (context) =>
      verifyBackup(
        {
          file: resolve(args.file),
          deep: flags.deep,
          jobs: flags.jobs,
          identities: flags.identity ?? [],
          database: flags.database,
        },
        context,
      ),
    );
    this.log(`${args.file}: ${result.deep ? 'restored and compared' : 'read to its end'}, it is whole`);
    return result;
  }
}
