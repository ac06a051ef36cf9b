/**
 * Registers what the plugin brings. It returns data and does no work: coog asks it before every command.
 * What can stand here: docs/plugins.md of @coog/cli.
 *
 * @returns {Promise<import('@coog/cli').Extension>}
 */
export default function register() {
  return Promise.resolve({
    apiVersion: 1,
    cli: '>={{cli}} <{{next}}',
    fragments: 'compose',
    variables: 'variables.yml',
    defaults: 'defaults',
  });
}
