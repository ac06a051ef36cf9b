#!/usr/bin/env node
// Written for any Node: an old one must say so in one line, before it meets syntax that it cannot read.
import module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(`coog needs Node 22.18 or later; this is ${process.versions.node}.\n`);
  process.exit(1);
}
module.enableCompileCache?.();
const root = new URL('..', import.meta.url).pathname;
const { main } = await import('../dist/cli/main.js');
void main(root, process.argv.slice(2));
