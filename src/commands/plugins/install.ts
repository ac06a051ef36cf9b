import { Flags } from '@oclif/core';
import { PluginsCommand } from '../../cli/plugins-command.ts';
import { ProblemError } from '../../shared/problem.ts';

export default class PluginsInstall extends PluginsCommand {
  static override summary = 'Install plugins, from a registry or from a file';
  static override description =
    'A bare word is short for @coog/plugin-WORD. The registry is asked first, the plugin is installed beside the one that works and looked at, and only then takes its place: whatever fails leaves what was there. Install scripts are not run.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> jaeger',
    '<%= config.bin %> <%= command.id %> @coog/plugin-jaeger@0.1.0   # stays at this version',
    '<%= config.bin %> <%= command.id %> file:/path/to/coog-plugin-jaeger-0.1.0.tgz',
  ];
  static override aliases = ['plugins:add'];
  static override usage = 'plugins:install PLUGIN…';
  static override strict = false;
  static override flags = {
    'allow-scripts': Flags.boolean({ summary: 'run the install scripts of the packages, with all your rights' }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(PluginsInstall);
    if (argv.length === 0)
      throw new ProblemError({
        code: 'WRONG_USAGE',
        title: 'name a plugin, or the file of one',
        next: 'coog plugins:install --help',
      });
    const { installPlugin } = await import('../../plugins/index.ts');
    const context = await this.plugins();
    const installed = [];
    for (const text of argv as string[]) {
      const one = await installPlugin(text, { allowScripts: flags['allow-scripts'] }, context);
      this.tell(one.warnings);
      this.log(`${one.name} ${one.version} is installed${one.before ? `; it was ${one.before}` : ''}`);
      this.say(`→ take it back: ${one.undo}`);
      installed.push(one);
    }
    return { installed };
  }
}
