import { CoogCommand } from '../cli/base-command.ts';

export default class Restart extends CoogCommand {
  static override summary = 'Restart services as they are; changed variables reach them by coog up -d';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> coog celery'];
  static override usage = 'restart [SERVICE…] [-- COMPOSE-ARGUMENTS]';
  static override strict = false;

  async run(): Promise<object> {
    const passedOn = this.takePassedOn();
    const { argv, flags } = await this.parse(Restart);
    const { engineOfConfigured, requireOnTerminal } = await import('../operations/index.ts');
    const services = argv as string[];
    await this.change(flags, services.join(' '), async ({ request }) => {
      const context = this.runningIn(request);
      await requireOnTerminal(await engineOfConfigured(context), context.folder, ['restart', ...passedOn, ...services]);
    });
    this.log(`restarted ${services.length > 0 ? services.join(', ') : 'every service'}`);
    return { restarted: services };
  }
}
