import { resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { CoogCommand, type ProjectFlags } from '../cli/base-command.ts';
import { formatTable } from '../cli/table.ts';
import type { Answers } from '../init/index.ts';
import { ProblemError } from '../shared/problem.ts';

type Optional = 'from' | 'name' | 'coog-version' | 'registry' | 'hostname' | 'data';
type InitFlags = ProjectFlags & { yes: boolean; demo: boolean } & Record<Optional, string | undefined>;

export default class Init extends CoogCommand {
  static override summary = 'Make a new project, or adopt a folder of the shell scripts';
  static override description = [
    'Asks the few things that matter (or none, with --yes), generates strong secrets, picks ports and subnets that are',
    'free on this machine, and writes env.custom, readable by its owner only. Nothing is ever overwritten.',
    'With --from a folder of the scripts is adopted: it is only read, and a table says what was kept, added and dropped.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> /srv/coog',
    '<%= config.bin %> <%= command.id %> ~/coog-demo --yes --demo   # a Coog without the private images',
    '<%= config.bin %> <%= command.id %> /srv/coog --from /opt/coog-docker',
  ];
  static override usage = 'init [FOLDER] [--yes] [--demo | --coog-version TAG] [--from FOLDER]';
  static override args = {
    folder: Args.string({ description: 'where the project goes', noCacheDefault: true, default: '.' }),
  };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'ask nothing; take the defaults and the flags' }),
    demo: Flags.boolean({
      summary: 'build stand-ins for the private images from Debian packages',
      exclusive: ['from', 'coog-version', 'registry'],
    }),
    from: Flags.string({ helpValue: 'FOLDER', summary: 'adopt this folder of the shell scripts' }),
    name: Flags.string({ summary: 'COMPOSE_PROJECT_NAME (default: the name of the folder)', exclusive: ['from'] }),
    'coog-version': Flags.string({ summary: 'IMAGE_VERSION_COOG, the tag of the Coog images', exclusive: ['from'] }),
    registry: Flags.string({ summary: 'CUSTOM_IMAGE_REGISTRY, where the Coog images come from', exclusive: ['from'] }),
    hostname: Flags.string({ summary: 'PROJECT_HOSTNAME (default: NAME.localhost)', exclusive: ['from'] }),
    data: Flags.string({
      helpValue: 'FOLDER',
      summary: 'FILESYSTEM_ROOT, where the data goes (default: data in the project)',
      exclusive: ['from'],
    }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(Init);
    const folder = resolve(flags.project ?? '.', args.folder);
    const made = await (flags.from ? this.adopt(resolve(flags.from), folder, flags) : this.create(folder, flags));
    const { rememberProject } = await import('../history/index.ts');
    await rememberProject(this.config.dataDir, folder);
    return made;
  }

  private async create(folder: string, flags: InitFlags): Promise<object> {
    const { createProject, findFreeResources, refuseExisting } = await import('../init/index.ts');
    await refuseExisting(folder);
    const answers = await this.answers(folder, flags);
    const free = await findFreeResources('/', process.env);
    const { planDeclarations } = await import('../plan/index.ts');
    const written = await createProject(folder, answers, free, await planDeclarations(this.planContext(flags)));
    this.log(`${answers.name}: wrote ${written.map((name) => `${folder}/${name}`).join(' and ')}`);
    const chosen = [...Object.entries(free.ports), ...Object.entries(free.subnets)];
    for (const [name, value] of chosen) this.say(`  ${name}=${value} (the default is taken here)`);
    this.say(`→ cd ${folder} && coog up -d`);
    return { folder, project: answers.name, written, ...free };
  }

  private async answers(folder: string, flags: InitFlags): Promise<Answers> {
    const { defaultAnswers } = await import('../init/index.ts');
    const defaults = defaultAnswers(folder, flags.demo, flags.name);
    const given: Answers = {
      ...defaults,
      ...(flags.data ? { dataFolder: resolve(flags.data) } : {}),
      ...(flags.hostname ? { hostname: flags.hostname } : {}),
      ...(flags['coog-version'] ? { version: flags['coog-version'] } : {}),
      ...(flags.registry ? { registry: flags.registry } : {}),
    };
    if (flags.yes) return given;
    if (!process.stdin.isTTY || !process.stderr.isTTY)
      throw new ProblemError({
        code: 'NO_TERMINAL',
        title: 'there is no terminal to ask on; nothing was written',
        next: 'coog init --yes --coog-version TAG   (or --demo)',
      });
    const { askAnswers } = await import('../cli/ask-init.ts');
    return askAnswers(given, { ...flags, version: flags['coog-version'] });
  }

  private async adopt(from: string, to: string, flags: InitFlags): Promise<object> {
    const { adoptFolder } = await import('../init/index.ts');
    const table = await adoptFolder(from, to, this.planContext(flags));
    this.log(
      formatTable(
        ['WHAT', 'FATE', 'WHY'],
        table.map((row) => [row.what, row.fate, row.why]),
      ),
    );
    this.say(`${from} was not touched. Data stays where it is: stop the old project before this one starts.`);
    this.say(`→ cd ${to} && coog configure, then coog up -d`);
    return { from, folder: to, table };
  }
}
