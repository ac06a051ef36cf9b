import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { formatList } from '../cli/report.ts';
import { ExitCode } from '../shared/problem.ts';

export default class Configure extends CoogCommand {
  static override summary = 'Write the files that Compose reads, from env.custom, custom/ and the plugins';
  static override description =
    'Everything is resolved first; when anything is wrong, all of it is told and nothing is written. Running it twice writes nothing the second time.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --check   # exits 3 when anything would change',
  ];
  static override flags = {
    check: Flags.boolean({ summary: 'write nothing; show what differs and exit 3 when anything does' }),
    reveal: Flags.boolean({ summary: 'show secrets in what differs', dependsOn: ['check'], hidden: true }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Configure);
    const plan = await this.plan(await this.request(flags));
    return flags.check ? this.check(plan) : this.write(plan);
  }

  private async check(plan: Awaited<ReturnType<CoogCommand['plan']>>): Promise<object> {
    const { comparePlan, describeDifference, isDrift } = await import('../apply/index.ts');
    const drift = (await comparePlan(plan)).filter(isDrift);
    for (const comparison of drift) {
      this.log(`${comparison.file.path}: ${comparison.state}${comparison.exposed ? ', readable by others' : ''}`);
      if (comparison.state !== 'missing')
        for (const line of describeDifference(comparison, plan.values)) this.log(`  ${line}`);
    }
    if (drift.length === 0) this.log('up to date');
    else {
      process.exitCode = ExitCode.drift;
      this.say('→ coog configure');
    }
    return { drift: drift.map((c) => ({ path: c.file.path, state: c.state, exposed: c.exposed })) };
  }

  private async write(plan: Awaited<ReturnType<CoogCommand['plan']>>): Promise<object> {
    const { applyPlan } = await import('../apply/index.ts');
    const { written, keptAside, protected: narrowed } = await applyPlan(plan, new Date());
    for (const { path, as } of keptAside) this.say(`! ${path} was not as coog wrote it; your version is kept as ${as}`);
    for (const path of narrowed) this.say(`! ${path} could be read by others; now only by its owner`);
    this.log(
      written.length === 0 && narrowed.length === 0
        ? `${plan.name}: nothing to change`
        : formatList(`${plan.name}: wrote`, written, this.width()),
    );
    return { project: plan.name, written, keptAside, services: plan.services.map((s) => s.name) };
  }
}
