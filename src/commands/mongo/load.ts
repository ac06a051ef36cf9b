import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { confirm } from '../../cli/confirm.ts';
import { DatabaseCommand } from '../../cli/database-command.ts';

export default class MongoLoad extends DatabaseCommand {
  static override summary = "Load a backup of the project's MongoDB; what was there is backed up first";
  static override description = [
    'The file is read to its end, then restored beside the live collections, which go on working, and compared. Only for',
    'the swap the services are stopped that use MongoDB. Databases that are not in the backup stay as they are.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> backups/coog-mongodb-20260101T000000Z.archive.gz',
    '<%= config.bin %> <%= command.id %> mongo.archive.gz --database coog-gateway --yes',
    'ssh backup@other "cat mongo.age" | <%= config.bin %> <%= command.id %> - --identity key.txt --yes',
  ];
  static override args = {
    file: Args.string({ description: 'the backup; - is standard input', required: true }),
  };
  static override flags = {
    database: Flags.string({
      char: 'd',
      helpValue: 'NAME',
      summary: 'only this database (default: all of the backup)',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
    identity: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      summary: 'identity file of age for an encrypted backup',
    }),
    client: Flags.string({ options: ['container', 'host'], summary: 'where mongorestore runs' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(MongoLoad);
    const { loadMongo } = await import('../../database/index.ts');
    const result = await this.changeDatabase(flags, args.file, (context) =>
      loadMongo(
        {
          database: flags.database,
          file: args.file === '-' ? '-' : resolve(args.file),
          identities: flags.identity ?? [],
          client: flags.client as 'container' | 'host' | undefined,
          stdin: process.stdin,
          confirm: (intent) => confirm(intent, flags.yes, context.say),
        },
        context,
      ),
    );
    const { databases, collections, documents, backup } = result;
    this.log(`${databases.join(', ')}: loaded ${args.file} (${collections} collections, ${documents} documents)`);
    if (backup) this.say(`What was there is kept in ${backup}\n→ coog mongo:load ${backup} brings it back`);
    return result;
  }
}
