import { Flags } from '@oclif/core';
import type { Intent } from '../../certificates/index.ts';
import { CoogCommand } from '../../cli/base-command.ts';
import { confirm } from '../../cli/confirm.ts';

export default class CertsEnable extends CoogCommand {
  static override summary = 'Make https the scheme of the project, and bring that to what runs';
  static override description =
    'Says which variables, addresses and services change, and asks. The certificate must be there and fit: coog certs:create, coog certs:install, or --letsencrypt.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --yes',
    '<%= config.bin %> <%= command.id %> --letsencrypt operator@example.org',
  ];
  static override flags = {
    letsencrypt: Flags.string({
      helpValue: 'E-MAIL',
      summary: 'get the certificate from Let’s Encrypt, which writes to this address',
    }),
    'dry-run': Flags.boolean({ summary: 'only say what would change' }),
    timeout: Flags.integer({ default: 600, min: 1, helpValue: 'SECONDS', summary: 'for making the services anew' }),
    yes: Flags.boolean({ char: 'y', summary: 'do not ask' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(CertsEnable);
    const { enableHttps } = await import('../../certificates/index.ts');
    const options = {
      letsencrypt: flags.letsencrypt,
      dryRun: flags['dry-run'],
      timeout: flags.timeout * 1000,
      confirm: (intent: Intent) => confirm(intent, flags.yes, (line) => this.say(line)),
    };
    const result = flags['dry-run']
      ? await enableHttps(options, await this.operation(flags))
      : await this.change(flags, 'MAIN_URL_SCHEME', async (operation, change) => {
          const made = await enableHttps(options, operation);
          if (!made.written) change.nothing();
          return made;
        });
    for (const url of result.urls) this.log(url);
    if (result.written && !result.started) this.say('→ coog up -d brings it to the containers');
    if (result.written) this.say('→ coog config:set MAIN_URL_SCHEME http && coog up -d takes it back');
    return result;
  }
}
