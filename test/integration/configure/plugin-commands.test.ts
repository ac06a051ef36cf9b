import { describe, expect, it } from 'vitest';
import { installedCoog, returning } from '../../support/coog.ts';
import { folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';

const hook = returning({ apiVersion: 1 });
const manifest = JSON.stringify({
  name: '@team/greeter',
  version: '1.0.0',
  type: 'module',
  oclif: { commands: './commands', topicSeparator: ':', hooks: { 'coog:extension': './hook.js' } },
});
const command = `
import { CoogCommand, Flags, ProblemError } from '@coog/cli/command';
import { engineOfConfigured } from '@coog/cli/engine';
import { listEverything } from '@coog/cli/database';

export default class Hello extends CoogCommand {
  static summary = 'Greets the project';
  static flags = { fail: Flags.boolean() };
  async run() {
    const { flags } = await this.parse(Hello);
    if (flags.fail) throw new ProblemError({ code: 'NO_MOOD', title: 'not today', next: 'coog team:hello' });
    const plan = await this.plan(await this.request(flags));
    this.log('hello ' + plan.name + ' ' + [engineOfConfigured, listEverything].map((f) => typeof f).join(' '));
  }
}
`;

describe('a command of a plugin', () => {
  const plugin = {
    name: '@team/greeter',
    hook,
    files: { 'package.json': manifest, 'commands/team/hello.js': command },
  };

  it('works with the CLI that runs, which is in no folder of its own', async () => {
    const coog = await installedCoog([plugin]);
    const folder = await folderWith({ 'env.custom': minimal });
    const ran = await coog.run(folder, ['team:hello']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^hello \S+ function function$/);
  });

  it('tells problems as every command does', async () => {
    const coog = await installedCoog([plugin]);
    const folder = await folderWith({ 'env.custom': minimal });
    const ran = await coog.run(folder, ['team:hello', '--fail']);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toBe('✗ not today\n  → coog team:hello\n  (NO_MOOD)');
  });

  it('cannot reach what is not exported', async () => {
    const files = { ...plugin.files, 'commands/team/hello.js': `import '@coog/cli/dist/cli/main.js';\n${command}` };
    const coog = await installedCoog([{ ...plugin, files }]);
    const ran = await coog.run(await folderWith({ 'env.custom': minimal }), ['team:hello']);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stdout).not.toContain('hello');
  });
});
