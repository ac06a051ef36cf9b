import { Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';
import { confirm } from '../../cli/confirm.ts';
import { formatBytes } from '../../shared/units.ts';

export default class LogsPurge extends CoogCommand {
  static override summary = 'Empty the logs of services, by making their containers anew';
  static override description = [
    'No log file is touched: the engine holds them open, and who cuts one meanwhile leaves a log that cannot be read. The',
    'containers are made anew as they are, and waited for until they are healthy. Where that would change what runs it is',
    'refused. So that no log fills the disk again, see LOGGING_CONFIGURATION_TEMPLATE.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> coog celery',
    '<%= config.bin %> <%= command.id %> --yes',
  ];
  static override usage = 'logs:purge [SERVICE…] [--yes]';
  static override strict = false;
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
    timeout: Flags.integer({ default: 300, min: 1, helpValue: 'SECONDS', summary: 'for becoming healthy again' }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(LogsPurge);
    const services = argv as string[];
    const { purgeLogs } = await import('../../operations/index.ts');
    const purged = await this.change(flags, services.join(' '), async ({ request }, change) => {
      const ask = (intent: Parameters<typeof confirm>[0]) => confirm(intent, flags.yes, (line) => this.say(line));
      const logs = await purgeLogs({ services, timeout: flags.timeout * 1000, confirm: ask }, this.runningIn(request));
      if (logs.length === 0) change.nothing();
      return logs;
    });
    const bytes = purged.reduce((sum, log) => sum + (log.bytes ?? 0), 0);
    this.log(
      purged.length === 0
        ? 'nothing runs: no log to empty'
        : `emptied the logs of ${purged.map((log) => log.service).join(', ')}${bytes > 0 ? ` (${formatBytes(bytes)})` : ''}`,
    );
    return { purged };
  }
}
