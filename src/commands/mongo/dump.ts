import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { DatabaseCommand } from '../../cli/database-command.ts';
import { formatBytes } from '../../shared/units.ts';

export default class MongoDump extends DatabaseCommand {
  static override summary = "Back the project's MongoDB up into a file that has been read back";
  static override description = [
    'Nothing is stopped. What is written is what mongodump --archive --gzip writes, with a manifest beside it: documents of',
    'each collection, versions, checksums. Without FILE it goes to the backups folder of the project. Of several databases',
    'mongodump takes one or all: admin is then in the file as well, and is never loaded.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> /mnt/backup/coog.archive.gz --database coog-gateway',
    '<%= config.bin %> <%= command.id %> - --encrypt age1… | ssh backup@other "cat > mongo.age"',
  ];
  static override args = {
    file: Args.string({ description: 'where to; - is standard output', required: false }),
  };
  static override flags = {
    database: Flags.string({ char: 'd', helpValue: 'NAME', summary: 'only this database (default: all)' }),
    encrypt: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'RECIPIENT',
      summary: 'encrypt to a recipient of age (age1…)',
    }),
    client: Flags.string({ options: ['container', 'host'], summary: 'where mongodump runs' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MongoDump);
    const { dumpMongo } = await import('../../database/index.ts');
    const result = await this.withDatabase(flags, (context) =>
      dumpMongo(
        {
          database: flags.database,
          file: args.file === undefined || args.file === '-' ? args.file : resolve(args.file),
          encryptTo: flags.encrypt ?? [],
          client: flags.client as 'container' | 'host' | undefined,
          stdout: process.stdout,
        },
        context,
      ),
    );
    if (args.file !== '-') this.log(result.file);
    const { databases, collections, documents, size } = result;
    this.say(`${databases.join(', ')}: ${formatBytes(size)}, ${collections} collections, ${documents} documents`);
    return result;
  }
}
