import { resolve } from 'node:path';
import { Args, DatabaseCommand, ExitCode, Flags, formatTable } from '@coog/cli/command';

export default class AnonymizeRules extends DatabaseCommand {
  static override summary = 'List the columns of a database that no rule classifies';
  static override description = [
    'Every column that can hold text, JSON or bytes must be classified. Ends with 3 when one is not.',
    '--write makes a file of rules for them that masks each; read it, and correct it.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> check',
    '<%= config.bin %> <%= command.id %> check --write custom/anonymize/own.yml',
  ];
  static override args = {
    action: Args.string({ description: 'what to do', options: ['check'], default: 'check', required: false }),
  };
  static override aliases = ['anonymize:rules:check'];
  static override flags = {
    write: Flags.string({ helpValue: 'FILE', summary: 'write rules for what is missing into a new file' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(AnonymizeRules);
    const { checkRules } = await import('../../operation/check.ts');
    const write = flags.write === undefined ? undefined : resolve(flags.write);
    const checked = await this.withDatabase(flags, (context) =>
      checkRules({ database: flags.database, write }, context),
    );
    const { unclassified, problems, written } = checked;
    if (unclassified.length > 0)
      this.log(
        formatTable(
          ['TABLE', 'COLUMN', 'TYPE'],
          unclassified.map((c) => [c.table, c.column, c.type]),
        ),
      );
    this.tell(checked.problems.map(({ code, title }) => ({ code, title })));
    if (unclassified.length === 0 && problems.length === 0)
      this.say(`${checked.database}: every column of ${checked.tables} tables is classified`);
    if (written) this.say(`Rules for ${unclassified.length} columns are in ${written}: read every line`);
    else if (unclassified.length > 0) {
      this.say('→ coog anonymize:rules check --write custom/anonymize/own.yml');
      process.exitCode = ExitCode.drift;
    }
    if (problems.length > 0) process.exitCode = ExitCode.drift;
    return checked;
  }
}
