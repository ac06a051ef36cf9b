import { PluginsCommand } from '../../cli/plugins-command.ts';
import { formatTable } from '../../cli/table.ts';
import type { ListedPlugin } from '../../plugins/index.ts';

export default class Plugins extends PluginsCommand {
  static override summary = 'Show the plugins, what each adds, and which take part in this project';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<readonly ListedPlugin[]> {
    const { flags } = await this.parse(Plugins);
    const { listPlugins } = await import('../../plugins/index.ts');
    const { locateProject } = await import('../../project/index.ts');
    const folder = flags.project
      ? await locateProject(process.cwd(), flags.project)
      : await locateProject(process.cwd()).catch(() => undefined);
    const { brokenCommandsOf } = await import('../../cli/plugin-faults.ts');
    const theirs = this.config.getPluginsList().filter((plugin) => plugin.type !== 'core' && !plugin.parent);
    const plugins = await Promise.all(
      theirs.map(async ({ name, version, root, type, tag, commandIDs, options }) => {
        const { url } = options as { url?: string };
        const faults = await brokenCommandsOf(this.config, name);
        return { name, version, root, type, tag, commandIDs, url, faults };
      }),
    );
    const request = { ...this.planContext(flags), ...(folder === undefined ? {} : { folder }) };
    const listed = await listPlugins({ plugins, request });
    this.log(table(listed, folder !== undefined));
    return listed;
  }
}

function table(listed: readonly ListedPlugin[], inProject: boolean): string {
  if (listed.length === 0) return 'no plugin is installed';
  const header = ['PLUGIN', 'VERSION', ...(inProject ? ['HERE'] : []), 'FROM', 'ADDS'];
  const rows = listed.map((p) => [p.name, p.version, ...(inProject ? [p.part] : []), p.source, p.adds.join(', ')]);
  const reasons = listed
    .filter(({ why }) => why !== '')
    .map(({ name, part, why }) => (part === 'yes' || part === '' ? `${name}: ${why}` : `${name} is ${part}: ${why}`));
  return [formatTable(header, rows), ...(reasons.length > 0 ? ['', ...reasons] : [])].join('\n');
}
