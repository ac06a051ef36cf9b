import { Args } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class PluginsDisable extends CoogCommand {
  static override summary = 'Let this project do without a plugin that stays installed';
  static override description =
    'It is kept in coog.lock, for everybody who works on the project. Its containers go with the next coog up; data is kept.';
  static override examples = ['<%= config.bin %> <%= command.id %> jaeger'];
  static override args = {
    plugin: Args.string({ required: true, description: 'name of the plugin, jaeger for @coog/plugin-jaeger' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PluginsDisable);
    const { disablePlugin } = await import('../../plugins/index.ts');
    const result = await this.change(flags, args.plugin, async ({ request }, change) => {
      const switched = await disablePlugin(args.plugin, request);
      if (!switched.changed) change.nothing();
      return switched;
    });
    this.log(`${result.name} ${result.changed ? 'takes no part any more' : 'is disabled already'}`);
    if (result.changed)
      this.say(`→ coog up -d stops what it brought, data is kept; take it back: coog plugins:enable ${result.name}`);
    return result;
  }
}
