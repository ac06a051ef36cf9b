import { Args, Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class ConfigGet extends CoogCommand {
  static override summary = 'Print the value of one variable';
  static override examples = [
    '<%= config.bin %> <%= command.id %> BASE_URL',
    '<%= config.bin %> <%= command.id %> POSTGRES_PASSWORD --reveal',
  ];
  static override args = { name: Args.string({ required: true, description: 'the variable' }) };
  static override flags = { reveal: Flags.boolean({ summary: 'show a secret' }) };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigGet);
    const { shownValue } = await import('../../configuration/index.ts');
    const { planProject } = await import('../../plan/index.ts');
    const { finalName } = await import('../../settings/index.ts');
    const planned = await planProject(await this.request(flags));
    const name = finalName(planned, args.name);
    const variable = planned.values.get(name);
    const value = variable ? shownValue(variable, flags.reveal) : '';
    this.log(value);
    return { name, value };
  }
}
