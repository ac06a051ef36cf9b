#!/usr/bin/env node
// Written for any Node: an old one must say so in one line, before it meets syntax that it cannot read.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`coog needs Node 22.18 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const [, , ...argv] = process.argv;
if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-v')) {
  // Answered before anything is imported: scripts ask it often.
  const { name, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.versions.node}\n`);
} else if (argv[0] === '__complete') {
  // A person waits for it at every key.
  module.enableCompileCache?.();
  const { answerShell } = await import('../dist/completion/index.js');
  process.stdout.write(await answerShell({ root, environment: process.env, cwd: process.cwd(), argv: argv.slice(1) }));
} else {
  // Every chunk of a backup is a new buffer. V8 lets the space for new objects grow to 16 MiB before it looks at them, and
  // keeps what they hold outside of it: 50 MB more than without growth, which takes no longer (measured with Node 24). It
  // must be said before that space has grown.
  if (/^(?:db|mongo)(?::|$)/.test(argv[0] ?? '')) setFlagsFromString('--semi-space-growth-factor=1');
  // The leak scan cuts every value of a database into words: 80 MB less for a fifth more of its time (measured, too).
  if (argv[0] === 'db:anonymize' || argv.includes('--anonymize')) setFlagsFromString('--optimize-for-size');
  module.enableCompileCache?.();
  const answer = argv.length === 1 && argv[0] === 'configure' ? await recallAnswer() : undefined;
  if (answer !== undefined) process.stdout.write(`${answer}\n`);
  else {
    const { main } = await import('../dist/cli/main.js');
    void main(root, argv);
  }
}

/** What `coog configure` said last here, when nothing has changed since. */
async function recallAnswer() {
  const { recall } = await import('../dist/unchanged/index.js');
  return recall({
    cwd: process.cwd(),
    environment: process.env,
    root: root.replace(/\/$/, ''),
    uid: process.getuid?.() ?? 0,
  });
}
