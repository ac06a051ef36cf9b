import { PluginsCommand } from '../../cli/plugins-command.ts';
import { ProblemError } from '../../shared/problem.ts';

export default class PluginsUninstall extends PluginsCommand {
  static override summary = 'Remove plugins of this user';
  static override description =
    'No container is touched. A project that was configured with a plugin refuses to change anything until it is installed again or given up.';
  static override examples = ['<%= config.bin %> <%= command.id %> jaeger'];
  static override aliases = ['plugins:unlink', 'plugins:remove'];
  static override usage = 'plugins:uninstall PLUGIN…';
  static override strict = false;

  async run(): Promise<object> {
    const { argv } = await this.parse(PluginsUninstall);
    if (argv.length === 0)
      throw new ProblemError({ code: 'WRONG_USAGE', title: 'name a plugin', next: 'coog plugins lists them' });
    const { uninstallPlugins } = await import('../../plugins/index.ts');
    const uninstalled = await uninstallPlugins(argv as string[], await this.plugins());
    for (const { name, version, undo } of uninstalled) {
      this.log(`${name}${version ? ` ${version}` : ''} is uninstalled`);
      if (undo) this.say(`→ take it back: ${undo}`);
    }
    return { uninstalled };
  }
}
