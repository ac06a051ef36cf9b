import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { forTerminal } from '../shared/terminal-text.ts';

export default class Logs extends CoogCommand {
  static override summary = 'Show the logs of services';
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f coog',
    '<%= config.bin %> <%= command.id %> --since 10m celery cron',
    '<%= config.bin %> <%= command.id %> --grep "ERROR|Traceback" --since 2h',
  ];
  static override usage = 'logs [SERVICE…] [-f] [--tail N] [--since TIME] [--grep REGEX] [-- COMPOSE-ARGUMENTS]';
  static override strict = false;
  static override flags = {
    follow: Flags.boolean({ char: 'f', summary: 'go on showing what comes' }),
    tail: Flags.string({
      char: 'n',
      helpValue: 'N',
      summary: 'lines of each container, or "all" (default: 200; all with --since or --grep)',
    }),
    since: Flags.string({ helpValue: 'TIME', summary: 'since a time, or for a duration such as 10m' }),
    timestamps: Flags.boolean({ char: 't', summary: 'with the time of each line' }),
    grep: Flags.string({
      char: 'g',
      helpValue: 'REGEX',
      summary: 'only lines that fit; what fits is marked on a terminal',
    }),
    'ignore-case': Flags.boolean({ char: 'i', summary: 'upper and lower case are the same', dependsOn: ['grep'] }),
  };

  async run(): Promise<void> {
    const passedOn = this.takePassedOn();
    const { argv, flags } = await this.parse(Logs);
    const operations = await import('../operations/index.ts');
    const services = argv as string[];
    const pattern = flags.grep === undefined ? undefined : operations.parsePattern(flags.grep, flags['ignore-case']);
    const context = await this.running(flags);
    const engine = await operations.engineOfConfigured(context);
    const tail = flags.tail ?? (flags.since || pattern ? 'all' : '200');
    if (pattern || (flags.since !== undefined && engine.compose.major === 1)) {
      const { requireServices, searchLogs } = operations;
      const project = await requireServices(engine, context.folder, services);
      const { follow, timestamps, since } = flags;
      const controller = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => controller.abort());
      const onLine = (prefix: string, text: string) => this.log(prefix + mark(text, pattern));
      const options = { services, follow, timestamps, since, tail, pattern, onLine, signal: controller.signal };
      const count = await searchLogs(engine, project, options, context);
      if (count === 0 && !follow) this.say('no line fits');
      return;
    }
    const options = [
      ...(flags.follow ? ['--follow'] : []),
      ...(flags.timestamps ? ['--timestamps'] : []),
      `--tail=${tail}`,
      ...(flags.since ? ['--since', flags.since] : []),
    ];
    const args = ['logs', ...options, ...passedOn, ...services];
    const code = await operations.passToCompose(engine, context.folder, args);
    if (code === 0 && !flags.follow && services.length > 0)
      await operations.requireServices(engine, context.folder, services);
    // Ctrl-C is how following ends.
    process.exitCode = flags.follow && code === 130 ? 0 : code;
  }
}

/** What fits stands out on a terminal. A log may hold what a terminal would obey; that is written out there. */
function mark(text: string, pattern: RegExp | undefined): string {
  if (!process.stdout.isTTY) return text;
  const shown = forTerminal(text);
  if (!pattern || process.env.NO_COLOR) return shown;
  return shown.replace(new RegExp(pattern, `${pattern.flags}g`), (hit) =>
    hit === '' ? '' : `\u001b[1;31m${hit}\u001b[0m`,
  );
}
