import { Flags } from '@coog/cli/command';
import { type Reached, ServerCommand, serverFlags } from '../../server/command.ts';
import { STATS, TRACEBACKS } from '../../server/switches.ts';
import { statsOf } from '../../stats/of-answers.ts';
import { drawTracebacks } from '../../tracebacks/draw.ts';
import { drawSamples } from '../../tracebacks/draw-samples.ts';
import { groupThreads } from '../../tracebacks/group.ts';
import { processesOf, servedRequests } from '../../tracebacks/of-answers.ts';
import { countStacks } from '../../tracebacks/samples.ts';

export default class UwsgiTracebacks extends ServerCommand {
  static override summary = 'Show where each process of the server is in its code, and where time goes';
  static override description =
    'The server answers with COOG_UWSGI_TRACEBACKER=1; when it does not, this offers to set it. With COOG_UWSGI_STATS=1 the requests are named as well.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --sample 100 --interval 50',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    ...serverFlags,
    sample: Flags.integer({ min: 1, max: 5000, helpValue: 'N', summary: 'look N times and draw where time goes' }),
    interval: Flags.integer({
      min: 10,
      helpValue: 'MS',
      dependsOn: ['sample'],
      summary: 'milliseconds between two looks of --sample (default: 100)',
    }),
    minimum: Flags.integer({
      min: 0,
      max: 100,
      helpValue: 'PERCENT',
      dependsOn: ['sample'],
      summary: 'sum up what is below this share (default: 1)',
    }),
    background: Flags.boolean({ dependsOn: ['sample'], summary: 'count threads that serve no requests, too' }),
  };

  async run(): Promise<object | undefined> {
    const { flags } = await this.parse(UwsgiTracebacks);
    const reached = await this.reach(flags, TRACEBACKS, STATS);
    if (!reached) return undefined;
    const { sample: looks, interval = 100, minimum = 1, background } = flags;
    return looks === undefined ? this.show(reached) : this.sample(reached, { looks, interval, minimum, background });
  }

  private show({ answers }: Reached): object {
    const stats = statsOf(answers);
    const processes = processesOf(answers, stats).flat();
    const groups = groupThreads(processes);
    const requests = servedRequests(stats);
    this.log(drawTracebacks(processes, groups, requests, new Date()));
    const answered = processes.map(({ threads, ...process }) => ({ ...process, answers: threads !== undefined }));
    return { processes: answered, groups, requests };
  }

  private async sample(
    { ask }: Reached,
    { looks, interval, minimum, background }: { looks: number; interval: number; minimum: number; background: boolean },
  ): Promise<object> {
    this.say(`Looking ${looks} times, every ${interval} ms …`);
    const samples = countStacks(processesOf(await ask({ looks, interval })), { background });
    const width = process.stdout.columns ?? 100;
    this.log(drawSamples(samples, { width, minimum: minimum / 100 }));
    return samples;
  }
}
