import { Args } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class CertsInstall extends CoogCommand {
  static override summary =
    'Install a certificate and its key, after key, host name, dates and order were found to fit';
  static override description =
    'The files are PEM; the server’s own certificate comes first, those that vouch for it behind it. What was there is kept aside.';
  static override examples = ['<%= config.bin %> <%= command.id %> fullchain.pem privkey.pem'];
  static override args = {
    certificate: Args.string({
      required: true,
      description: 'the certificate, with those that vouch for it behind it',
    }),
    key: Args.string({ required: true, description: 'its key, without a passphrase' }),
  };

  async run(): Promise<object> {
    const { args, flags } = await this.parse(CertsInstall);
    const { installCertificate } = await import('../../certificates/index.ts');
    const result = await this.change(flags, '', (operation) => installCertificate(args, operation));
    this.log(
      `${result.files.join(', ')}: for ${result.certificate.names.join(', ')} until ${result.certificate.until}`,
    );
    for (const path of result.kept) this.say(`the old one is kept as ${path}`);
    if (!result.restarted) this.say('→ coog up -d serves it');
    return result;
  }
}
