import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { formatList } from '../cli/report.ts';
import type { Plan } from '../plan/index.ts';
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
    const since = Date.now();
    if (flags.check) return this.check(await this.plan(await this.request(flags)));
    return this.change(flags, '', async ({ request }, change) => {
      const { planProject } = await import('../plan/index.ts');
      const planned = await planProject(request);
      const plan = this.planOf(planned);
      const { answer, changed, ...result } = await this.write(plan);
      this.log(answer);
      if (!changed) change.nothing();
      if (!changed && planned.problems.length === 0 && this.argv.length === 0)
        await this.rememberAnswer(plan, answer, since);
      return result;
    });
  }

  /** bin/run.js gives the same answer at once to who asks with the same words while nothing has changed. */
  private async rememberAnswer(plan: Plan, answer: string, since: number): Promise<void> {
    const { remember, sourcesOf } = await import('../unchanged/index.ts');
    const { registering = [] } = this.planContext({ project: undefined, 'without-plugin': undefined });
    const { root, dataDir: dataFolder } = this.config;
    const cwd = process.cwd();
    const template = plan.values.get('LOGGING_CONFIGURATION_TEMPLATE')?.value;
    const sources = sourcesOf({
      folder: plan.folder,
      cwd,
      root,
      plugins: registering.map((plugin) => plugin.root).filter((folder) => folder !== root),
      dataFolder,
      further: [...plan.files.map(({ path }) => path), ...(template ? [template] : [])],
    });
    if (sources)
      remember({ cwd, environment: process.env, root, uid: process.getuid?.() ?? 0 }, sources, answer, since);
  }

  private async check(plan: Plan): Promise<object> {
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

  private async write(plan: Plan): Promise<{ answer: string; changed: boolean } & Record<string, unknown>> {
    const { applyPlan } = await import('../apply/index.ts');
    const { written, keptAside, protected: narrowed } = await applyPlan(plan, new Date());
    for (const { path, as } of keptAside) this.say(`! ${path} was not as coog wrote it; your version is kept as ${as}`);
    for (const path of narrowed) this.say(`! ${path} could be read by others; now only by its owner`);
    const changed = written.length > 0 || narrowed.length > 0;
    const answer = changed
      ? formatList(`${plan.name}: wrote`, written, this.width())
      : `${plan.name}: nothing to change`;
    return { answer, changed, project: plan.name, written, keptAside, services: plan.services.map((s) => s.name) };
  }
}
