import { CoogCommand } from '../cli/base-command.ts';
import { fitTable } from '../cli/table.ts';

const HEADER = ['PROJECT', 'STATE', 'CONTAINERS', 'VERSION', 'URL', 'FOLDER'];

export default class List extends CoogCommand {
  static override summary = 'List every project of this machine, with its state, version and address';
  static override description = [
    'Projects that have containers, whoever started them, and those that you have worked on besides. Address and version of a',
    'project of somebody else are known to its owner alone.',
  ].join('\n');
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<object> {
    await this.parse(List);
    const [{ knownProjects }, { listProjects }, { isProject }] = await Promise.all([
      import('../history/index.ts'),
      import('../operations/index.ts'),
      import('../project/index.ts'),
    ]);
    const known = await knownProjects(this.config.dataDir, isProject);
    const projects = await listProjects(known, process.env);
    const rows = projects.map((p) => [p.name, p.state, `${p.well}/${p.containers}`, p.version, p.url, p.folder]);
    const width = process.stdout.isTTY ? process.stdout.columns : undefined;
    this.log(
      rows.length === 0
        ? 'no project is known on this machine'
        : fitTable(HEADER, rows, { width, dispensable: ['VERSION', 'CONTAINERS', 'URL'] }),
    );
    return { projects };
  }
}
