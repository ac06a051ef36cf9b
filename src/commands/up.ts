import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';

export default class Up extends CoogCommand {
  static override summary = 'Start the project, after everything that could go wrong was looked at';
  static override description = [
    'Configures, looks at engine, ports, subnets, folders and images, and only then touches containers.',
    'In the foreground it shows the logs and Ctrl-C stops; with -d it waits until every service is healthy.',
    'What stands behind -- is handed to Compose.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -d',
    '<%= config.bin %> <%= command.id %> -d coog celery --timeout 300',
    '<%= config.bin %> <%= command.id %> -d -- --force-recreate',
  ];
  static override usage = 'up [SERVICE…] [-d] [--no-wait] [--timeout SECONDS] [-- COMPOSE-ARGUMENTS]';
  static override strict = false;
  static override flags = {
    detach: Flags.boolean({ char: 'd', summary: 'run in the background' }),
    wait: Flags.boolean({
      allowNo: true,
      summary: 'wait until every service is healthy (the default with -d; implies -d)',
    }),
    timeout: Flags.integer({
      default: 1800,
      min: 1,
      helpValue: 'SECONDS',
      summary: 'for starting and waiting together',
    }),
    build: Flags.boolean({ summary: 'build images anew that are built on this machine' }),
  };

  async run(): Promise<object> {
    const passedOn = this.takePassedOn();
    const { argv, flags } = await this.parse(Up);
    const detach = flags.detach || flags.wait === true || this.jsonEnabled();
    const { up } = await import('../operations/index.ts');
    const options = {
      services: argv as string[],
      detach,
      wait: flags.wait ?? true,
      timeout: flags.timeout * 1000,
      rebuild: flags.build,
      passedOn,
    };
    const result = await this.change(flags, argv.join(' '), (operation) => up(options, operation));
    if (detach) {
      const state = result.waited ? 'runs, every service is healthy' : 'is starting';
      this.log(`${result.project} ${state} (${result.services.length} services)`);
      for (const url of result.urls) this.log(`  ${url}`);
      this.say('→ coog status, coog logs -f, coog down');
    }
    return result;
  }
}
