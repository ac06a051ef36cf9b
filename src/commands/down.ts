import { CoogCommand } from '../cli/base-command.ts';

export default class Down extends CoogCommand {
  static override summary = 'Stop the project and remove its containers and networks; data is kept';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -- --timeout 60',
  ];
  static override usage = 'down [-- COMPOSE-ARGUMENTS]';

  async run(): Promise<object> {
    const passedOn = this.takePassedOn();
    const { flags } = await this.parse(Down);
    const { down } = await import('../operations/index.ts');
    const result = await this.change(flags, '', (operation) => down(passedOn, operation));
    this.log(
      `${result.project}: ${result.removed.length === 0 ? 'nothing ran' : `stopped, ${result.removed.length} containers removed`}`,
    );
    this.log(`Data is kept in ${result.dataFolder}`);
    if (result.removed.length > 0) this.say('→ coog up -d starts it again');
    return result;
  }
}
