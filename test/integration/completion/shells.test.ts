import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { installedCoog } from '../../support/coog.ts';
import { givenTerminalWith, type Terminal } from '../../support/e2e/terminal.ts';
import { folderWith } from '../../support/folder.ts';
import { minimal } from '../../support/planning.ts';
import { repository } from '../../support/plugins.ts';

/** Each as a person without any file of settings starts it, and how it is told to complete coog. */
const shells = [
  { shell: 'bash', start: ['bash', '--noprofile', '--norc', '-i'], load: 'source <(coog completion bash)' },
  {
    shell: 'zsh',
    start: ['zsh', '-f', '-i'],
    load: 'autoload -Uz compinit && compinit -D -u && source <(coog completion zsh)',
  },
  { shell: 'fish', start: ['fish', '--no-config', '-i'], load: 'coog completion fish | source' },
];

const typed = [
  { line: 'coog db:du', becomes: 'coog db:dump' },
  { line: 'coog db snapshot cr', becomes: 'coog db snapshot create' },
  { line: 'coog db:dump --filest', becomes: 'coog db:dump --filestore' },
  { line: 'coog db:dump --format zi', becomes: 'coog db:dump --format zip' },
  { line: 'coog db:dump --format=zi', becomes: 'coog db:dump --format=zip' },
  { line: 'coog exec unoc', becomes: 'coog exec unoconv' },
  { line: 'coog logs -f my-ow', becomes: 'coog logs -f my-own' },
  { line: 'coog config:get COOG_UWSGI_ST', becomes: 'coog config:get COOG_UWSGI_STATS' },
  { line: 'coog config:set COOG_UWSGI_ST', becomes: 'coog config:set COOG_UWSGI_STATS=' },
  { line: 'coog db:dump -d oth', becomes: 'coog db:dump -d other' },
  { line: 'coog up --without-plugin @te', becomes: 'coog up --without-plugin @team/own' },
  { line: 'coog db:verify backup-of', becomes: 'coog db:verify backup-of-monday.dump' },
];

/** A configured project, and a shell's environment in which coog is installed with a plugin. */
async function givenProject(): Promise<{ folder: string; env: Record<string, string> }> {
  const folder = await folderWith({
    'env.custom': `${minimal}\nCOOG_EXTRA_DATABASES=other\n`,
    'custom/compose/own/my-own.yml': 'services:\n  my-own:\n    image: own\n',
    'backup-of-monday.dump': '',
  });
  const configured = await (await installedCoog()).run(folder, ['configure']);
  expect(configured.exitCode, configured.stderr).toBe(0);
  const home = await folderWith({
    'bin/coog': `#!/bin/sh\nexec '${process.execPath}' '${join(repository, 'bin/run.js')}' "$@"\n`,
    'data/coog/package.json': JSON.stringify({
      oclif: { plugins: [{ name: '@team/own', type: 'link', root: '/none' }] },
    }),
  });
  await chmod(join(home, 'bin/coog'), 0o755);
  const env = {
    PATH: `${join(home, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    NODE_ENV: 'production',
  };
  return { folder, env };
}

async function givenShell({ start, load }: (typeof shells)[number]): Promise<Terminal> {
  const terminal = await givenTerminalWith(start, await givenProject());
  // The word is not in the line that is typed.
  await terminal.type('-l', `${load}; echo rea''dy`);
  await terminal.type('Enter');
  await terminal.shows(/^ready/m);
  return terminal;
}

test.each(shells)('Tab completes in $shell', { timeout: 600_000 }, async (one) => {
  const terminal = await givenShell(one);
  for (const { line, becomes } of typed) {
    await terminal.type('-l', line);
    await terminal.type('Tab');
    await terminal.shows(new RegExp(`${becomes.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&')}\\s*$`, 'm'));
    // Takes the line away.
    await terminal.type('C-u');
  }
});
