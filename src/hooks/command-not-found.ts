import type { Hook } from '@oclif/core';
import { describeUnknown } from '../shared/unknown-command.ts';

/** Names the command that was probably meant. Exits 2. */
const commandNotFound: Hook<'command_not_found'> = async function ({ id, argv = [], config }) {
  const ids = config.commands.filter((c) => !c.hidden).flatMap((c) => [c.id, ...c.aliases]);
  process.stderr.write(describeUnknown({ id, argv, ids, bin: config.bin }));
  this.exit(2);
};

export default commandNotFound;
