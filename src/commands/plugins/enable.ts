import { Args } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class PluginsEnable extends CoogCommand {
  static override summary = 'Let a plugin take part in this project again';
  static override description =
    'It is kept in coog.lock with its version: who works on the project without it is told what to install.';
  static override examples = ['<%= config.bin %> <%= command.id %> jaeger'];
  static override args = {
    plugin: Args.string({ required: true, description: 'name of the plugin, jaeger for @coog/plugin-jaeger' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PluginsEnable);
    const { enablePlugin } = await import('../../plugins/index.ts');
    const result = await this.change(flags, args.plugin, async ({ request }, change) => {
      const switched = await enablePlugin(args.plugin, request);
      if (!switched.changed) change.nothing();
      return switched;
    });
    this.log(`${result.name} ${result.changed ? 'takes part again' : 'was not disabled'}`);
    if (result.changed)
      this.say(`→ coog up -d starts what it brings; take it back: coog plugins:disable ${result.name}`);
    return result;
  }
}
