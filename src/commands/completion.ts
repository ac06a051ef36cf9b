import { Args } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { completionScript, type Shell, shells } from '../completion/index.ts';

export default class Completion extends CoogCommand {
  static override summary = 'Print the script with which a shell completes coog';
  static override description =
    'It completes commands, flags, and the names of services, variables, databases and plugins of the project that the shell is in, as the last configure wrote them.';
  static override enableJsonFlag = false;
  static override examples = [
    {
      description: 'bash, in ~/.bashrc',
      command: 'source <(<%= config.bin %> <%= command.id %> bash)',
    },
    {
      description: 'zsh, in ~/.zshrc behind compinit',
      command: 'source <(<%= config.bin %> <%= command.id %> zsh)',
    },
    {
      description: 'fish',
      command: '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/coog.fish',
    },
  ];
  static override args = {
    shell: Args.string({ required: true, options: [...shells], description: 'the shell' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    process.stdout.write(completionScript(args.shell as Shell));
  }
}
