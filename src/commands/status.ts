import { Flags } from '@oclif/core';
import { CoogCommand, type ProjectFlags } from '../cli/base-command.ts';
import { formatFragments, formatStatus } from '../cli/status-table.ts';
import type { ProjectStatus } from '../operations/index.ts';

export default class Status extends CoogCommand {
  static override summary = 'Show what of the project runs, how healthy it is, and where to open it';
  static override description =
    'On a narrow terminal columns are left out: image, address, memory, age; --json has all of it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --watch',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    all: Flags.boolean({ char: 'a', summary: 'also what takes no part, and why; the names for disabled_services' }),
    watch: Flags.boolean({ char: 'w', summary: 'again every two seconds, until Ctrl-C', exclusive: ['json'] }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(Status);
    const result = await this.look(flags, true);
    if (!flags.watch) {
      this.log(this.text(result, flags.all));
      return result;
    }
    const { watch } = await import('../cli/watch.ts');
    const again = async () => this.text(await this.look(flags, false), flags.all);
    await watch(this.text(result, flags.all), again, process.stdout);
    return result;
  }

  private async look(flags: ProjectFlags, tell: boolean): Promise<ProjectStatus> {
    const [{ status }, { planProject }] = await Promise.all([
      import('../operations/index.ts'),
      import('../plan/index.ts'),
    ]);
    const planning = planProject(await this.request(flags));
    const telling = planning.then(({ problems }) => tell && this.tell(problems));
    const [result] = await Promise.all([status(planning, await this.running(flags)), telling]);
    return result;
  }

  private text(result: ProjectStatus, all: boolean): string {
    const table = formatStatus(result, Date.now(), process.stdout.isTTY ? process.stdout.columns : undefined);
    return all ? `${table}\n\n${formatFragments(result)}` : table;
  }
}
