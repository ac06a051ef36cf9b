import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { formatTable } from '../cli/table.ts';

export default class Status extends CoogCommand {
  static override summary = 'Show what of the project runs, how healthy it is, and where to open it';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  static override flags = {
    all: Flags.boolean({ char: 'a', summary: 'also what takes no part, and why; the names for disabled_services' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Status);
    const { status } = await import('../operations/index.ts');
    const { planProject } = await import('../plan/index.ts');
    const planned = await planProject(await this.request(flags));
    this.tell(planned.problems);
    const result = await status(planned, await this.running(flags));
    const now = Date.now();
    const rows = result.services.map((s) => [
      s.service,
      s.exitCode === undefined ? s.state : `${s.state} (${s.exitCode})`,
      s.health,
      s.since === '' ? '' : age(now - Date.parse(s.since)),
      s.image,
    ]);
    this.log(formatTable(['SERVICE', 'STATE', 'HEALTH', 'SINCE', 'IMAGE'], rows));
    if (result.rows.length > 0) {
      const told = result.rows.map((r) => [r.name, r.state, r.detail, r.plugin]);
      this.log(`\n${formatTable(['OF PLUGINS', 'STATE', 'DETAIL', 'PLUGIN'], told)}`);
    }
    for (const url of result.urls) this.log(url);
    if (flags.all) {
      const taking = result.services.filter((s) => s.fragment !== '').map((s) => [s.fragment, s.service, '']);
      const left = result.leftOut.map((l) => [l.fragment, l.service, l.why]);
      const names = [...taking, ...left].sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
      this.log(`\n${formatTable(['NAME', 'SERVICE', 'LEFT OUT BECAUSE'], names)}`);
    }
    return result;
  }
}

/** Milliseconds in the largest unit that fits. */
function age(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ] as const;
  const unit = units.find(([, size]) => ms >= size) ?? (['s', 1000] as const);
  return `${Math.max(0, Math.floor(ms / unit[1]))}${unit[0]}`;
}
