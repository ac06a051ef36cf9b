import { text } from 'node:stream/consumers';
import { Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';
import { ProblemError } from '../../shared/problem.ts';

export default class ConfigSet extends CoogCommand {
  static override summary = 'Set variables in env.custom; comments and order stay';
  static override description =
    'A value of "-" is read from standard input: a secret given as an argument can be seen by others on the machine.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> PROJECT_HOSTNAME coog.example.org',
    '<%= config.bin %> <%= command.id %> COOG_SERVER_WORKERS=4 COOG_CELERY_WORKERS=2',
    '<%= config.bin %> <%= command.id %> JWT_ENCRYPTION --generate',
    '<%= config.bin %> <%= command.id %> CUSTOM_POSTGRES_PASSWORD - < password-file',
  ];
  static override usage = [
    'config:set NAME VALUE',
    'config:set NAME=VALUE [NAME=VALUE…]',
    'config:set NAME --generate',
  ];
  static override strict = false;
  static override flags = {
    custom: Flags.boolean({ summary: 'write custom/env.custom, the layer that a team shares' }),
    generate: Flags.boolean({ summary: 'set a strong random secret (256 bits)' }),
  };

  async run(): Promise<object> {
    const passedOn = this.takePassedOn();
    const parsed = await this.parse(ConfigSet);
    const words = [...(parsed.argv as string[]), ...passedOn];
    const { changeVariables, generateSecret } = await import('../../settings/index.ts');
    const changes = parsed.flags.generate
      ? words.map((name) => ({ name, value: generateSecret() }))
      : await this.changes(words);
    if (changes.length === 0) throw this.usageProblem();
    const file = parsed.flags.custom ? 'custom/env.custom' : 'env.custom';
    const names = changes.map(({ name }) => name).join(' ');
    const result = await this.change(parsed.flags, names, async ({ request }, change) => {
      const made = await changeVariables(request, changes, file);
      if (!made.changed) change.nothing();
      return made;
    });
    this.tell(result.notes);
    this.log(result.changed ? `${result.file}: set ${result.names.join(', ')}` : `${result.file}: nothing to change`);
    if (result.changed) this.say('→ coog up -d   (or coog configure) brings it to the containers');
    return result;
  }

  private async changes(words: readonly string[]): Promise<{ name: string; value: string }[]> {
    const [name, value, ...rest] = words;
    if (name !== undefined && !name.includes('=')) {
      if (value === undefined || rest.length > 0) throw this.usageProblem();
      return [{ name, value: value === '-' ? (await text(process.stdin)).replace(/\r?\n$/, '') : value }];
    }
    return words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw this.usageProblem();
      return { name: word.slice(0, at), value: word.slice(at + 1) };
    });
  }

  private usageProblem(): ProblemError {
    return new ProblemError({
      code: 'WRONG_USAGE',
      title: 'give a name and a value, or NAME=VALUE',
      next: 'coog config:set --help',
    });
  }
}
