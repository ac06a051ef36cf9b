import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { connect, withConnection } from '@coog/cli/database';
import { makePlan } from '../../plugins/anonymize/dist/plan/make.js';
import { readRules } from '../../plugins/anonymize/dist/rules/read.js';
import { ruleSources } from '../../plugins/anonymize/dist/rules/sources.js';
import { anonymiseCopy } from '../../plugins/anonymize/dist/run/anonymise.js';
import { sample, scan } from '../../plugins/anonymize/dist/scan/index.js';
import { readSchema } from '../../plugins/anonymize/dist/schema/read.js';

/**
 * Anonymises the database that standard input names (host, port, user, password, database), and prints as JSON what it took.
 * A process of its own, so that its memory is the plugin's.
 */
// As bin/run.js sets them, and when it does: on the command line the first one does nothing.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--optimize-for-size');
const { password, database, ...given } = JSON.parse(readFileSync(0, 'utf8'));
const server = {
  ...{ kind: 'bundled', project: 'bench', databases: [], near: {}, image: '', tls: { mode: 'disable' } },
  ...given,
  password: () => password,
};
const rules = await readRules(ruleSources({ folder: '/nonexistent', anonymisationRules: [] }));
const plan = await withConnection(await connect(server, database), async (connection) =>
  makePlan(rules, await readSchema(connection)),
);
const done = await anonymiseCopy(server, database, {
  plan,
  key: randomBytes(32),
  leaks: { sample, scan },
  signal: new AbortController().signal,
  beforeScan: () => Promise.resolve(),
  progress: { begin() {}, advance() {}, end() {} },
});
const rewritten = plan.tables.filter(({ way }) => way !== 'none').map(({ table }) => table.key);
const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
console.log(
  JSON.stringify({
    took: done.took,
    sampled: done.sampled,
    scanned: done.scanned,
    rewritten,
    memory: Number(kib) * 1024,
  }),
);
