import type { PluginsContext } from '../plugins/index.ts';
import { CoogCommand } from './base-command.ts';

/** What commands on the user's plugins share. */
export abstract class PluginsCommand extends CoogCommand {
  protected async plugins(): Promise<PluginsContext> {
    const { findNpm } = await import('../plugins/index.ts');
    const { config } = this;
    const carrier = config.plugins.get('@oclif/plugin-plugins')?.root ?? config.root;
    return {
      cli: { name: config.pjson.name, version: config.version, root: config.root },
      dataFolder: config.dataDir,
      npm: { program: findNpm(carrier), environment: process.env, registry: config.npmRegistry },
      folder: process.cwd(),
      say: (message) => this.say(message),
    };
  }
}
