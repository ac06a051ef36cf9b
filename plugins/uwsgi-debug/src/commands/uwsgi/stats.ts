import { setTimeout } from 'node:timers/promises';
import { Flags } from '@coog/cli/command';
import { type Reached, ServerCommand, serverFlags } from '../../server/command.ts';
import { STATS } from '../../server/switches.ts';
import { drawAll } from '../../stats/draw-all.ts';
import { type ContainerStats, statsOf } from '../../stats/of-answers.ts';

export default class UwsgiStats extends ServerCommand {
  static override summary = 'Show what the processes of the server do: requests, threads, times';
  static override description =
    'The server collects statistics with COOG_UWSGI_STATS=1; when it does not, this offers to set it. Headers of requests that let somebody in, and values of queries, are masked.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --watch --interval 5',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    ...serverFlags,
    watch: Flags.boolean({ char: 'w', exclusive: ['json'], summary: 'show them anew until Ctrl-C' }),
    interval: Flags.integer({ min: 1, default: 2, helpValue: 'SECONDS', summary: 'between two looks of --watch' }),
  };

  async run(): Promise<{ containers: ContainerStats[] } | undefined> {
    const { flags } = await this.parse(UwsgiStats);
    const reached = await this.reach(flags, STATS);
    if (!reached) return undefined;
    const first = { at: new Date(), containers: statsOf(reached.answers) };
    this.log(drawAll(first));
    if (flags.watch) await this.watch(reached, first, flags.interval);
    return { containers: first.containers };
  }

  private async watch(reached: Reached, first: Parameters<typeof drawAll>[0], seconds: number): Promise<void> {
    const controller = new AbortController();
    // Ctrl-C is how watching ends: what it stops is no failure.
    process.once('SIGINT', () => controller.abort());
    const { signal } = controller;
    const clear = process.stdout.isTTY ? '\x1b[H\x1b[J' : '\n';
    try {
      for (let before = first; ; ) {
        await setTimeout(seconds * 1000, undefined, { signal });
        const answers = await reached.ask();
        if (signal.aborted) return;
        const now = { at: new Date(), containers: statsOf(answers) };
        process.stdout.write(clear);
        this.log(drawAll(now, before));
        before = now;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
