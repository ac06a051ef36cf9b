import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';

export default class Logs extends CoogCommand {
  static override summary = 'Show the logs of services';
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f coog',
    '<%= config.bin %> <%= command.id %> --since 10m celery cron',
  ];
  static override usage = 'logs [SERVICE…] [-f] [--tail N] [--since TIME] [-- COMPOSE-ARGUMENTS]';
  static override strict = false;
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'go on showing what comes' }),
    tail: Flags.string({ char: 'n', default: '200', helpValue: 'N', summary: 'lines of each container, or "all"' }),
    since: Flags.string({ helpValue: 'TIME', summary: 'since a time, or for a duration such as 10m (Compose 2)' }),
    timestamps: Flags.boolean({ char: 't', summary: 'with the time of each line' }),
  };

  async run(): Promise<void> {
    const passedOn = this.takePassedOn();
    const { argv, flags } = await this.parse(Logs);
    const { engineOfConfigured, passToCompose, requireServices } = await import('../operations/index.ts');
    const context = await this.running(flags);
    const options = [
      ...(flags.follow ? ['--follow'] : []),
      ...(flags.timestamps ? ['--timestamps'] : []),
      `--tail=${flags.tail}`,
      ...(flags.since ? ['--since', flags.since] : []),
    ];
    const engine = await engineOfConfigured(context);
    const services = argv as string[];
    const code = await passToCompose(engine, context.folder, ['logs', ...options, ...passedOn, ...services]);
    if (code === 0 && !flags.follow) await requireServices(engine, context.folder, services);
    // Ctrl-C is how following ends.
    process.exitCode = flags.follow && code === 130 ? 0 : code;
  }
}
