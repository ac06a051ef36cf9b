import { Args, Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';
import { formatPlace } from '../../shared/problem.ts';

export default class ConfigExplain extends CoogCommand {
  static override summary = 'Show where a value comes from, what it shadows and which services receive it';
  static override examples = ['<%= config.bin %> <%= command.id %> POSTGRES_HOST'];
  static override args = { name: Args.string({ required: true, description: 'the variable' }) };
  static override flags = { reveal: Flags.boolean({ summary: 'show secrets' }) };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(ConfigExplain);
    const { planProject } = await import('../../plan/index.ts');
    const { explainVariable } = await import('../../settings/index.ts');
    const planned = await planProject(await this.request(flags));
    const e = explainVariable(planned, args.name, flags.reveal);
    const from = (o: typeof e.origin) =>
      `${o.place?.line === undefined ? o.layer : formatPlace({ file: o.place.file, line: o.place.line })}${o.setAs && o.setAs !== e.name ? ` (as ${o.setAs})` : ''}`;
    this.log(`${e.name} = ${e.value}`);
    this.log(`  ${e.description}`);
    this.log(`  from      ${from(e.origin)}`);
    for (const o of e.shadowed) this.log(`  shadows   ${from(o)}: ${o.value === '' ? '(empty)' : o.value}`);
    this.log(`  set by    ${e.setBy.length > 0 ? e.setBy.join(', ') : 'nobody; it is computed'}`);
    if (e.default !== undefined) this.log(`  default   ${e.default === '' ? '(empty)' : e.default}`);
    this.log(`  type      ${e.type}${e.secret ? ', secret' : ''}; declared by ${e.owner}`);
    if (e.receivedBy) {
      const list = e.receivedBy.map((r) =>
        r.through.length > 0 ? `${r.service} (in ${r.through.join(', in ')})` : r.service,
      );
      this.log(`  received  ${list.length > 0 ? `by ${list.join(', ')}` : 'by no service'}`);
    } else this.say('! which services receive it is known once the problems of the project are solved: coog configure');
    return e;
  }
}
