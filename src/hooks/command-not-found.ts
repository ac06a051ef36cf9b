import type { Hook } from '@oclif/core';
import { closest } from '../shared/closest.ts';

/** Names the command that was probably meant; `coog db dump` is named as `coog db:dump`. Exits 2. */
const commandNotFound: Hook<'command_not_found'> = async function ({ id, argv, config }) {
  const ids = config.commands.filter((c) => !c.hidden).flatMap((c) => [c.id, ...c.aliases]);
  const words = [...id.split(':'), ...(argv ?? [])];
  const joined = ids.find((known) => known === words.slice(0, known.split(':').length).join(':'));
  const guess = joined ?? closest(id, ids);
  process.stderr.write(
    `✗ there is no command "${id}"\n  → ${guess ? `did you mean: ${config.bin} ${guess}` : `${config.bin} --help lists the commands`}\n  (COMMAND_UNKNOWN)\n`,
  );
  this.exit(2);
};

export default commandNotFound;
