import { Flags } from '@oclif/core';
import { CoogCommand } from '../cli/base-command.ts';
import { formatTable } from '../cli/table.ts';
import type { HistoryEntry } from '../history/index.ts';

export default class History extends CoogCommand {
  static override summary = 'Show what was changed in the project, by whom, when and with which result';
  static override description = [
    'Every command that changes the project leaves a line, what was refused before anything changed does not. The first line is',
    'what works on it now. Names are kept, values never. .coog/history.jsonl holds it, some thousands of commands long.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --command db:load --last 5',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = {
    last: Flags.integer({ char: 'n', default: 20, min: 1, helpValue: 'N', summary: 'the newest N' }),
    command: Flags.string({ helpValue: 'NAME', summary: 'of this command alone, such as up or db:load' }),
  };

  async run(): Promise<object> {
    const { flags } = await this.parse(History);
    const { projectHistory } = await import('../history/index.ts');
    const { folder } = await this.request(flags);
    const { entries, torn } = await projectHistory(folder);
    const chosen = entries.filter((e) => flags.command === undefined || e.command === flags.command);
    const shown = chosen.slice(0, flags.last);
    this.log(shown.length === 0 ? 'nothing was changed yet, as far as is known' : formatTable(HEADER, shown.map(row)));
    if (shown.length < chosen.length) this.say(`${chosen.length - shown.length} more: --last ${chosen.length}`);
    if (torn > 0) this.say(`! ${torn} lines of the history are torn and left out`);
    return { history: shown, more: chosen.length - shown.length, torn };
  }
}

const HEADER = ['WHEN', 'WHO', 'RESULT', 'TOOK', 'COMMAND', 'WHAT'];

const row = ({ at, user, result, took, command, what, problems = [] }: HistoryEntry): string[] => [
  localTime(at),
  user,
  result,
  took === undefined ? '' : duration(took),
  command,
  [what, ...problems].filter((text) => text !== '').join(' '),
];

/** In the machine's own time zone: `2026-11-26 14:05:09`. */
function localTime(at: string): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

const duration = (ms: number): string =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
