import { resolve } from 'node:path';
import { locateProject } from '../project/index.ts';
import { type Packages, readCommands } from './commands.ts';
import { wantedAt } from './line.ts';
import { namesOf } from './names.ts';
import type { Candidate, Command, Kind, Wanted } from './types.ts';

export interface Asked extends Packages {
  /** Behind the program's name, up to the cursor. */
  readonly words: readonly string[];
  readonly cwd: string;
}

export interface Completion {
  /** The shell completes these itself. */
  readonly by?: 'files' | 'folders';
  readonly candidates: readonly Candidate[];
}

/** What can stand at the cursor. */
export async function complete(asked: Asked): Promise<Completion> {
  const commands = await readCommands(asked);
  const wanted = wantedAt(asked.words, commands);
  if (wanted.kind === 'file') return { by: 'files', candidates: [] };
  if (wanted.kind === 'folder') return { by: 'folders', candidates: [] };
  const all = await candidatesOf(wanted, commands, asked);
  const fitting = all.filter(({ text }) => text.startsWith(wanted.typed));
  return {
    candidates: fitting.map((candidate) => ({ ...candidate, text: `${wanted.before}${candidate.text}` })),
  };
}

async function candidatesOf(wanted: Wanted, commands: readonly Command[], asked: Asked): Promise<Candidate[]> {
  if (wanted.kind === 'nothing') return [];
  if (wanted.kind === 'option') return (wanted.options ?? []).map((text) => ({ text }));
  if (wanted.kind === 'flag') return flagsOf(wanted);
  if (wanted.kind === 'command') return commandsBelow(wanted.topic ?? '', commands);
  const names = await namesOf(wanted.kind as Kind, await projectOf(asked), asked);
  const sorted = [...new Set(names)].filter((name) => name !== '').sort();
  return sorted.map((name) => ({ text: wanted.kind === 'assignment' ? `${name}=` : name }));
}

const commandsBelow = (topic: string, commands: readonly Command[]): Candidate[] =>
  commands
    .filter(({ id }) => id.startsWith(topic) && id !== topic)
    .map(({ id, summary }) => ({ text: id.slice(topic.length), description: summary }));

function flagsOf({ command, given = [] }: Wanted): Candidate[] {
  const flags = (command?.flags ?? []).filter(({ name, multiple }) => multiple || !given.includes(name));
  return [
    ...flags.flatMap(({ name, allowNo, summary }) => [
      { text: `--${name}`, description: summary },
      ...(allowNo ? [{ text: `--no-${name}`, description: summary }] : []),
    ]),
    { text: '--help', description: 'how the command is used' },
  ];
}

/** The project that the line names, or the one that the command would find. */
async function projectOf({ words, cwd }: Asked): Promise<string | undefined> {
  const at = words.findIndex((word) => word === '-C' || word === '--project');
  const joined = words.find((word) => word.startsWith('--project='))?.slice('--project='.length);
  const given = joined ?? (at < 0 ? undefined : words[at + 1]);
  // The shell has not replaced what stands in the line.
  const named = given === undefined || given.startsWith('~') ? undefined : resolve(cwd, given);
  return locateProject(cwd, named).catch(() => undefined);
}
