import { Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';
import { ProblemError } from '../../shared/problem.ts';

export default class ConfigUnset extends CoogCommand {
  static override summary = 'Take variables out of env.custom; the weaker layer or the default holds again';
  static override examples = ['<%= config.bin %> <%= command.id %> PROJECT_HOSTNAME'];
  static override usage = 'config:unset NAME…';
  static override strict = false;
  static override flags = {
    custom: Flags.boolean({ summary: 'change custom/env.custom, the layer that a team shares' }),
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(ConfigUnset);
    if (argv.length === 0)
      throw new ProblemError({
        code: 'WRONG_USAGE',
        title: 'give the name of a variable',
        next: 'coog config:unset --help',
      });
    const { changeVariables } = await import('../../settings/index.ts');
    const changes = (argv as string[]).map((name) => ({ name, value: undefined }));
    const file = flags.custom ? 'custom/env.custom' : 'env.custom';
    const result = await this.change(flags, argv.join(' '), async ({ request }, change) => {
      const made = await changeVariables(request, changes, file);
      if (!made.changed) change.nothing();
      return made;
    });
    this.tell(result.notes);
    this.log(
      result.changed ? `${result.file}: took out ${result.names.join(', ')}` : `${result.file}: nothing to change`,
    );
    return result;
  }
}
