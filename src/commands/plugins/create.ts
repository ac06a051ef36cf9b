import { resolve } from 'node:path';
import { Args } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class PluginsCreate extends CoogCommand {
  static override summary = 'Make a plugin that works: a service, its variables, tests, README';
  static override description = [
    'The plugin is plain JavaScript with types in comments, so it needs no build. npm test runs its tests at once, without',
    'Docker and without a registry. Nothing is ever overwritten.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %> mail',
    '<%= config.bin %> <%= command.id %> @team/coog-plugin-mail ~/src/mail',
  ];
  static override args = {
    name: Args.string({ description: 'mail, or the whole name of the package', required: true }),
    folder: Args.string({ description: 'where it goes (default: the name of the package, without its scope)' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(PluginsCreate);
    const { createPlugin, pluginNames } = await import('../../authoring/index.ts');
    const names = pluginNames(args.name);
    const folder = resolve(args.folder ?? names.package.split('/').at(-1) ?? '');
    const created = await createPlugin(names, folder, this.planContext(flags));
    this.log(`${created.package}: made in ${folder} (${created.files.length} files)`);
    this.say(`→ cd ${folder} && ${created.linked ? '' : 'npm install && '}npm test`);
    this.say('→ coog plugins:link . makes it take part, also in a project of yours');
    return created;
  }
}
