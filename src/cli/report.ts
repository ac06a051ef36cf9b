import { formatPlace, isWarning, type Problem } from '../shared/problem.ts';
import { forTerminal } from '../shared/terminal-text.ts';

/** How a person reads a problem: what, where, what was found, what to do next. Wrapped to the width of the terminal. */
export function formatProblem(problem: Problem, width = 80): string {
  const mark = isWarning(problem) ? '!' : '✗';
  const lines = [
    ...wrapped(`${mark} ${problem.title}`, width, '  '),
    ...(problem.place ? [`  at ${formatPlace(problem.place)}`] : []),
    ...(problem.detail ? problem.detail.split('\n').map((line) => `  ${line}`) : []),
    ...(problem.next ? wrapped(`  → ${problem.next}`, width, '    ') : []),
    ...(isWarning(problem) ? [] : [`  (${problem.code})`]),
  ];
  return forTerminal(lines.join('\n'));
}

function wrapped(text: string, width: number, indent: string): string[] {
  const lead = /^\s*/.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  for (const word of text.trim().split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${lines.length === 0 ? lead : indent}${word}`);
  }
  return lines;
}

/** Wraps lines that are longer than the terminal is wide, between words. */
export const wrapText = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => (line.length > width ? wrapped(line, width, '  ') : [line]))
    .join('\n');

/** Words with commas between them behind a beginning, wrapped. */
export const formatList = (beginning: string, items: readonly string[], width = 80): string =>
  wrapped(`${beginning} ${items.join(', ')}`, width, '  ').join('\n');

/** All problems, errors last so that they stand right above the prompt. */
export function formatProblems(problems: readonly Problem[], width?: number, changedNothing = false): string {
  const errors = problems.filter((p) => !isWarning(p));
  const texts = [...problems.filter(isWarning), ...errors].map((p) => formatProblem(p, width));
  if (errors.length > 1) texts.push(`${errors.length} problems${changedNothing ? '; nothing was changed' : ''}.`);
  return texts.join('\n');
}

/** The JSON form of a problem, with its severity always there. */
export const problemToJson = (problem: Problem): object => ({ severity: 'error', ...problem });
