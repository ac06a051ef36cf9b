import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { ProblemError } from '../shared/problem.ts';

export default class Exec extends CoogCommand {
  static override summary = 'Run a command in a running service';
  static override description =
    'Everything behind the name of the service is the command, flags too. Exits with its exit code.';
  static override enableJsonFlag = false;
  static override examples = [
    '<%= config.bin %> <%= command.id %> coog bash',
    '<%= config.bin %> <%= command.id %> -T postgres psql -U coog -c "select 1"',
  ];
  static override usage = 'exec [-T] [--user USER] SERVICE COMMAND [ARGUMENT…]';
  static override strict = false;
  /** Everything from the first argument on is handed on as it is (src/cli/main.ts). */
  static verbatim = true;
  static override flags = {
    'no-terminal': Flags.boolean({
      char: 'T',
      summary: 'give the command no terminal (the default when there is none)',
    }),
    user: Flags.string({ char: 'u', helpValue: 'USER', summary: 'run as this user' }),
  };

  async run(): Promise<void> {
    const command = this.takePassedOn();
    const { flags } = await this.parse(Exec);
    if (command.length < 2)
      throw new ProblemError({ code: 'WRONG_USAGE', title: 'give a service and a command', next: 'coog exec --help' });
    const { engineOfConfigured, passToCompose } = await import('../operations/index.ts');
    const context = await this.running(flags);
    const noTerminal = flags['no-terminal'] || !process.stdin.isTTY || !process.stdout.isTTY;
    const options = [...(noTerminal ? ['-T'] : []), ...(flags.user ? ['--user', flags.user] : [])];
    process.exitCode = await passToCompose(await engineOfConfigured(context), context.folder, [
      'exec',
      ...options,
      ...command,
    ]);
  }
}
