import type { Problem } from '../shared/problem.ts';
import { openQuoteFailure, type WordFailure } from './shell-failure.ts';
import { ShellWordReader } from './shell-word.ts';
import type { Assignment } from './types.ts';

/** One assignment with the part of the text that holds it (offsets from 0, `end` exclusive: the value's last character). */
export interface EnvFileEntry extends Assignment {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

export interface EnvFile {
  readonly entries: readonly EnvFileEntry[];
  readonly problems: readonly Problem[];
}

const assignmentPattern = /(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=/y;
const exportOnly = /^export(?:[ \t]+[A-Za-z_][A-Za-z0-9_]*)+[ \t]*(?:[ \t]#.*)?$/s;
const looksLikeNextLine = /\n[ \t]*(?:#|(?:export[ \t]+)?[A-Za-z_][A-Za-z0-9_]*=)/;

interface Line {
  readonly entry?: Omit<EnvFileEntry, 'place'>;
  readonly failures: readonly WordFailure[];
  /** The last offset that belongs to it. */
  readonly end: number;
}

/**
 * Reads env.custom: the assignments of a shell file, never executed. Comments, quotes, `export`, `${OTHER}` and
 * `${OTHER:-default}` mean what they mean in a shell; whatever would run a command is a problem with file and line.
 */
export function parseEnvFile(content: string, file: string): EnvFile {
  const bom = content.startsWith('\uFEFF') ? 1 : 0;
  const entries: EnvFileEntry[] = [];
  const problems: Problem[] = [];
  let line = 1;
  for (let at = bom; at < content.length; ) {
    const { entry, failures, end } = readLine(content, at);
    if (entry) entries.push({ ...entry, place: { file, line, column: entry.start - at + 1 } });
    const told = new Set<number>();
    for (const failure of failures) {
      const failedLine = line + countLines(content, at, failure.at);
      // What follows from the first failure of a line would only hide it.
      if (told.has(failedLine)) continue;
      told.add(failedLine);
      const { code, title, next } = failure;
      problems.push({ code, title, place: { file, line: failedLine }, next });
    }
    const next = lineEnd(content, end);
    line += countLines(content, at, next) + 1;
    at = next + 1;
  }
  return { entries, problems };
}

function readLine(text: string, at: number): Line {
  const firstEnd = lineEnd(text, at);
  const start = at + (/^[ \t\r]*/.exec(text.slice(at, firstEnd))?.[0].length ?? 0);
  const first = text.slice(start, firstEnd).replace(/\r$/, '');
  if (first === '' || first.startsWith('#') || exportOnly.test(first)) return { failures: [], end: firstEnd };
  assignmentPattern.lastIndex = start;
  const match = assignmentPattern.exec(text);
  if (!match) return { failures: [notAnAssignment(first, start)], end: firstEnd };
  const valueStart = start + match[0].length;
  const word = new ShellWordReader(text, valueStart).read();
  const { end, segments } = word;
  const failures = [...word.failures, ...notText(text, valueStart, end)];
  if (failures.length === 0)
    return { entry: { name: match[1] ?? '', segments, start, valueStart, end }, failures, end };
  const open = openQuote(text, word);
  return open ? { failures: [open], end: open.at } : { failures, end };
}

/**
 * A quote that nobody closed takes the next line's quote for its end, and everything behind it looks wrong: when a word
 * with a failure has swallowed what looks like lines of their own, that quote is the failure, and costs only its line.
 */
function openQuote(text: string, { spanning, end, failures }: ShellWordReader): WordFailure | undefined {
  if (!spanning) return undefined;
  const swallowed = text.slice(spanning.at, Math.max(end, ...failures.map((f) => f.at)));
  return looksLikeNextLine.test(swallowed) ? openQuoteFailure(spanning.quote, spanning.at) : undefined;
}

function notText(text: string, start: number, end: number): WordFailure[] {
  const at = text.slice(start, end).search(/[\0\uFFFD]/);
  if (at < 0) return [];
  return [
    {
      code: 'ENV_FILE_ENCODING',
      title: 'the value holds bytes that are not UTF-8 text',
      next: 'save the file as UTF-8',
      at: start + at,
    },
  ];
}

const lineEnd = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

const countLines = (text: string, from: number, to: number): number => text.slice(from, to).split('\n').length - 1;

function notAnAssignment(line: string, at: number): WordFailure {
  const spaced = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]+=/.exec(line);
  if (spaced)
    return {
      code: 'ENV_FILE_SYNTAX',
      title: `a space stands before the "=" of ${spaced[1]}`,
      next: `write ${spaced[1]}=value, without spaces around "="`,
      at,
    };
  return {
    code: 'ENV_FILE_COMMAND',
    title: 'this line is not NAME=value; coog reads env.custom and never executes it',
    next: 'keep only NAME=value lines; put the result of the command there as plain text',
    at,
  };
}
