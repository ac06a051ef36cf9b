import { CoogCommand } from '../cli/base-command.ts';

export default class Pull extends CoogCommand {
  static override summary = 'Pull the images of the project; running containers are not touched';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> coog'];
  static override usage = 'pull [SERVICE…] [-- COMPOSE-ARGUMENTS]';
  static override strict = false;

  async run(): Promise<object> {
    const passedOn = this.takePassedOn();
    const { argv, flags } = await this.parse(Pull);
    const { pull } = await import('../operations/index.ts');
    const services = argv as string[];
    const pulled = await this.change(flags, services.join(' '), (operation) => pull(services, passedOn, operation));
    this.log(
      pulled.length === 0
        ? 'every image is built on this machine; nothing to pull'
        : `pulled the images of ${pulled.join(', ')}`,
    );
    return { services: pulled };
  }
}
