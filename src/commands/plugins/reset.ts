import { Flags } from '@oclif/core';
import { confirm } from '../../cli/confirm.ts';
import { PluginsCommand } from '../../cli/plugins-command.ts';

export default class PluginsReset extends PluginsCommand {
  static override summary = 'Remove all plugins of this user';
  static override examples = ['<%= config.bin %> <%= command.id %> --yes'];
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(PluginsReset);
    const { readEntries, uninstallPlugins } = await import('../../plugins/index.ts');
    const context = await this.plugins();
    const names = (await readEntries(context.dataFolder)).map(({ name }) => name);
    if (names.length === 0) {
      this.log('no plugin is installed');
      return { uninstalled: [] };
    }
    const lines = [`This removes ${names.join(', ')}. No container is touched.`];
    await confirm({ lines, question: 'Remove them?' }, flags.yes, (line) => this.say(line));
    const uninstalled = await uninstallPlugins(names, context);
    for (const { name, version } of uninstalled) this.log(`${name}${version ? ` ${version}` : ''} is uninstalled`);
    return { uninstalled };
  }
}
