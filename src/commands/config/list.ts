import { Args, Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';
import { formatTable } from '../../cli/table.ts';

export default class ConfigList extends CoogCommand {
  static override summary = 'List the variables with their values and where each comes from';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> postgres',
    '<%= config.bin %> <%= command.id %> --set',
  ];
  static override args = { filter: Args.string({ description: 'part of a name, or a group' }) };
  static override flags = {
    set: Flags.boolean({ summary: 'only what somebody set' }),
    reveal: Flags.boolean({ summary: 'show secrets' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigList);
    const { shownValue } = await import('../../configuration/index.ts');
    const { planProject } = await import('../../plan/index.ts');
    const planned = await planProject(await this.request(flags));
    this.tell(planned.problems);
    const filter = args.filter?.toUpperCase();
    const rows = [...planned.values.values()]
      .filter((v) => !flags.set || v.origin.kind !== 'default')
      .filter((v) => filter === undefined || v.name.includes(filter) || v.declaration?.group.toUpperCase() === filter)
      .map((v) => ({ name: v.name, value: shownValue(v, flags.reveal), from: v.origin.layer }));
    const cut = (value: string) =>
      (value.length > 60 && process.stdout.isTTY ? `${value.slice(0, 59)}…` : value).replaceAll('\n', '\\n');
    this.log(
      formatTable(
        ['VARIABLE', 'FROM', 'VALUE'],
        rows.map((r) => [r.name, r.from, cut(r.value)]),
      ),
    );
    return { variables: rows };
  }
}
