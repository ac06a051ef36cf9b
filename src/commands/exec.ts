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
  static override flags = {
    'no-terminal': Flags.boolean({
      char: 'T',
      summary: 'give the command no terminal (the default when there is none)',
    }),
    user: Flags.string({ char: 'u', helpValue: 'USER', summary: 'run as this user' }),
  };

  async run(): Promise<void> {
    const command = this.takeCommand();
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

  /** Cuts the service and everything behind it off, so that the command's own flags are not read as ours. */
  private takeCommand(): string[] {
    const withValue = new Set(['-C', '--project', '--without-plugin', '-u', '--user']);
    let at = 0;
    while (at < this.argv.length && (this.argv[at] ?? '').startsWith('-') && this.argv[at] !== '--')
      at += withValue.has(this.argv[at] ?? '') ? 2 : 1;
    const taken = this.argv.splice(at);
    return taken[0] === '--' ? taken.slice(1) : taken.filter((word, i) => !(i === 1 && word === '--'));
  }
}
