import { Flags } from '@oclif/core';
import { CoogCommand } from '../../cli/base-command.ts';

export default class CertsCreate extends CoogCommand {
  static override summary = 'Make a certificate for the project’s host name that this machine can be told to trust';
  static override description =
    'With mkcert where it is installed, else with an authority of your own, which is made once and kept in your data folder.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --replace'];
  static override flags = {
    replace: Flags.boolean({ summary: 'also in the place of a certificate that fits; the old one is kept aside' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(CertsCreate);
    const { createCertificate } = await import('../../certificates/index.ts');
    const result = await this.change(flags, '', (operation) => createCertificate(flags, operation));
    this.log(
      `${result.files.join(', ')}: for ${result.certificate.names.join(', ')} until ${result.certificate.until}`,
    );
    for (const path of result.kept) this.say(`the old one is kept as ${path}`);
    this.say(
      result.by === 'mkcert'
        ? '→ mkcert -install makes this machine trust it, once'
        : `→ sudo install -m 644 '${result.authority}' /usr/local/share/ca-certificates/coog.crt && sudo update-ca-certificates makes this machine trust it, once; browsers import the same file as an authority`,
    );
    this.say('→ coog certs:enable makes https the scheme of the project');
    return result;
  }
}
