import { Args, Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { confirm } from '../cli/confirm.ts';
import { DatabaseCommand } from '../cli/database-command.ts';
import type { Intent } from '../database/index.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { formatDuration } from '../shared/units.ts';
import type { Proposal, RolledBack } from '../upgrade/index.ts';

const assignment = Flags.custom<readonly [string, string]>({
  parse: (word) => {
    const at = word.indexOf('=');
    if (at < 1) throw new ProblemError(wrongUsage(`"${word}" is not NAME=VALUE`));
    return Promise.resolve([word.slice(0, at), word.slice(at + 1)] as const);
  },
});

const wrongUsage = (title: string): Problem => ({ code: 'WRONG_USAGE', title, next: 'coog upgrade --help' });

export default class Upgrade extends DatabaseCommand {
  static override summary = 'Bring the project to another version of Coog';
  static override description = [
    'Pulls the images, backs every database up, stops the services, updates the databases in copies that are swapped in,',
    'starts the new version and waits until it is healthy. What ends it on the way is continued by --resume, or taken back',
    'by --rollback: databases (those of plugins and of MongoDB, too), configuration and images. --rollback takes a finished',
    'upgrade back as well.',
  ].join('\n');
  static override usage = 'upgrade VERSION [--set NAME=VALUE] [--dry-run] | --resume | --rollback';
  static override examples = [
    '<%= config.bin %> <%= command.id %> coog-2.14.2201 --dry-run',
    '<%= config.bin %> <%= command.id %> coog-2.14.2201 --set IMAGE_VERSION_WEB=web-2.14.7 --yes',
    '<%= config.bin %> <%= command.id %> --resume',
    '<%= config.bin %> <%= command.id %> --rollback',
  ];
  static override baseFlags = CoogCommand.baseFlags as typeof DatabaseCommand.baseFlags;
  static override args = {
    version: Args.string({ description: 'tag of the images of the new version', required: false }),
  };
  static override flags = {
    set: assignment({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      summary: 'another variable that becomes another with it',
    }),
    'dry-run': Flags.boolean({ summary: 'look at everything, show the plan, change nothing' }),
    resume: Flags.boolean({ exclusive: ['rollback', 'dry-run', 'set'], summary: 'go on with an interrupted upgrade' }),
    rollback: Flags.boolean({ exclusive: ['dry-run', 'set'], summary: 'take the last upgrade back, finished or not' }),
    filestore: Flags.boolean({ summary: 'back the document store up as well' }),
    timeout: Flags.integer({ default: 1800, min: 1, helpValue: 'SECONDS', summary: 'for starting the new version' }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Upgrade);
    const { version } = args;
    const going = flags.resume === true || flags.rollback === true;
    if ((version === undefined) !== going)
      throw new ProblemError(wrongUsage('give a VERSION, or --resume, or --rollback'));
    const { proposeUpgrade, resumeUpgrade, rollBackUpgrade, upgrade } = await import('../upgrade/index.ts');
    const wish = { version: version ?? '', set: new Map(flags.set ?? []) };
    const options = {
      timeout: flags.timeout * 1000,
      confirm: (intent: Intent) => confirm(intent, flags.yes, (line) => this.say(line)),
    };
    if (flags['dry-run']) return this.show(await this.withDatabase(flags, (context) => proposeUpgrade(wish, context)));
    if (flags.rollback)
      return this.told(await this.changeDatabase(flags, '--rollback', (context) => rollBackUpgrade(options, context)));
    const done = await this.changeDatabase(flags, version ?? '--resume', (context) =>
      flags.resume
        ? resumeUpgrade(options, context)
        : upgrade({ ...wish, ...options, filestore: flags.filestore }, context),
    );
    this.log(`${done.from} → ${done.to}: upgraded and healthy, after ${formatDuration(done.duration)}`);
    for (const file of done.backups) this.log(`  backup ${file}`);
    this.say('→ coog upgrade --rollback takes it back');
    return done;
  }

  private async show(proposal: Proposal): Promise<object> {
    const { intentOf } = await import('../upgrade/index.ts');
    for (const line of intentOf(proposal).lines) this.log(line);
    this.say('Nothing was changed.');
    return proposal;
  }

  private told(done: RolledBack): object {
    this.log(`${done.to} → ${done.from}: taken back`);
    for (const name of [...done.databases, ...done.mongo]) this.log(`  ${name} is what it was before`);
    return done;
  }
}
