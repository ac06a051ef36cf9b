import type { Problem } from '../shared/problem.ts';
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

/**
 * Reads env.custom: the assignments of a shell file, never executed. Comments, quotes, `export`, `${OTHER}` and
 * `${OTHER:-default}` mean what they mean in a shell; whatever would run a command is a problem with file and line.
 */
export function parseEnvFile(content: string, file: string): EnvFile {
  const text = content.replace(/^\uFEFF/, '');
  const entries: EnvFileEntry[] = [];
  const problems: Problem[] = [];
  let at = 0;
  let line = 1;
  const lineEnd = (from: number) => {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length : end;
  };
  while (at < text.length) {
    const start = at + (/^[ \t\r]*/.exec(text.slice(at, lineEnd(at)))?.[0].length ?? 0);
    const end = lineEnd(start);
    if (start === end || text[start] === '#') {
      at = end + 1;
      line++;
      continue;
    }
    assignmentPattern.lastIndex = start;
    const match = assignmentPattern.exec(text);
    const valueStart = start + (match?.[0].length ?? 0);
    const place = { file, line, column: start - at + 1 };
    const reader = new ShellWordReader(text, valueStart);
    const failure = match ? reader.read() : notAnAssignment(text.slice(start, end));
    if (failure)
      problems.push({
        code: failure.code,
        title: failure.title,
        place: { file, line: lineOf(text, failure.at ?? start) },
        next: failure.next,
      });
    else if (match)
      entries.push({ name: match[1] ?? '', segments: reader.segments, place, start, valueStart, end: reader.end });
    const next = failure ? lineEnd(Math.max(end, failure.resumeAt ?? end)) : lineEnd(reader.end);
    line += countLines(text, at, next) + 1;
    at = next + 1;
  }
  return { entries, problems };
}

const countLines = (text: string, from: number, to: number): number => text.slice(from, to).split('\n').length - 1;
const lineOf = (text: string, at: number): number => countLines(text, 0, at) + 1;

function notAnAssignment(line: string): { code: string; title: string; next: string; at?: number; resumeAt?: number } {
  const spaced = /^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]+=/.exec(line);
  if (spaced)
    return {
      code: 'ENV_FILE_SYNTAX',
      title: `a space stands before the "=" of ${spaced[1]}`,
      next: `write ${spaced[1]}=value, without spaces around "="`,
    };
  return {
    code: 'ENV_FILE_COMMAND',
    title: 'this line is not NAME=value; coog reads env.custom and never executes it',
    next: 'keep only NAME=value lines; put the result of the command there as plain text',
  };
}
