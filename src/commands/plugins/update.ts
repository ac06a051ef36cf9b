import { Flags } from '@oclif/core';
import { PluginsCommand } from '../../cli/plugins-command.ts';
import { formatTable } from '../../cli/table.ts';
import { ExitCode } from '../../shared/problem.ts';

export default class PluginsUpdate extends PluginsCommand {
  static override summary = 'Bring plugins to their newest version that works with this coog';
  static override description =
    'All of them when none is named. One that was installed at a version (NAME@1.2.3), from a file or by a link stays.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> jaeger',
    '<%= config.bin %> <%= command.id %> --check   # exits 3 when there is an update',
  ];
  static override usage = 'plugins:update [PLUGIN…]';
  static override strict = false;
  static override flags = {
    check: Flags.boolean({ summary: 'install nothing; exit 3 when there is an update' }),
    'allow-scripts': Flags.boolean({ summary: 'run the install scripts of the packages, with all your rights' }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(PluginsUpdate);
    const { updatePlugins } = await import('../../plugins/index.ts');
    const options = { check: flags.check, allowScripts: flags['allow-scripts'] };
    const { updates, warnings } = await updatePlugins(argv as string[], options, await this.plugins());
    this.tell(warnings);
    const rows = updates.map(({ name, from = '', to = '', stays = '' }) => [
      name,
      from,
      stays || (from === to ? 'up to date' : `${flags.check ? 'available' : 'updated to'} ${to}`),
    ]);
    this.log(rows.length === 0 ? 'no plugin is installed' : formatTable(['PLUGIN', 'WAS', 'NOW'], rows));
    if (flags.check && updates.some(({ from, to }) => from !== to)) process.exitCode = ExitCode.drift;
    return { updates };
  }
}
