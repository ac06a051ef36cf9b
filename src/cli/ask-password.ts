import { readFile } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ProblemError } from '../shared/problem.ts';

/**
 * A password from a file of one line (`-`: standard input), else asked twice on the terminal, without echo.
 * @param signal ends the waiting
 * @throws ProblemError PASSWORD_FILE_INVALID (2), PASSWORD_NEEDED (2) without a terminal, NOT_CONFIRMED (2) after Ctrl-C or
 * by the signal
 */
export async function askPassword(what: string, file: string | undefined, signal?: AbortSignal): Promise<string> {
  if (file !== undefined) return fromFile(file, signal);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ProblemError({
      code: 'PASSWORD_NEEDED',
      title: `${what} is needed, and there is no terminal to ask on; nothing was changed`,
      next: 'add --password-file FILE (one line; - for standard input)',
    });
  const { password } = await import('@inquirer/prompts');
  const ask = (message: string, validate: (value: string) => true | string) =>
    password({ message, validate }, { output: process.stderr, ...(signal ? { signal } : {}) });
  try {
    const first = await ask(what, (value) => value !== '' || 'it cannot be empty');
    await ask('The same once more', (value) => value === first || 'that is another one');
    return first;
  } catch (error) {
    if (!['ExitPromptError', 'AbortPromptError'].includes((error as Error).name)) throw error;
    throw new ProblemError(NOT_CONFIRMED);
  }
}

const NOT_CONFIRMED = { code: 'NOT_CONFIRMED', title: 'nothing was changed' };

async function fromFile(file: string, signal: AbortSignal | undefined): Promise<string> {
  const invalid = (title: string) =>
    new ProblemError({
      code: 'PASSWORD_FILE_INVALID',
      title,
      place: { file },
      next: 'one line that holds the password alone',
    });
  const read = () => (file === '-' ? fromInput(signal) : readFile(file, { encoding: 'utf8', signal }));
  const content = await read().catch((error: Error) => {
    if (signal?.aborted) throw new ProblemError(NOT_CONFIRMED);
    throw invalid(`the password file cannot be read: ${error.message}`);
  });
  const lines = content.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== 1 || lines[0] === '') throw invalid('the password file must hold one line, the password');
  return lines[0] ?? '';
}

const fromInput = (signal: AbortSignal | undefined): Promise<string> =>
  text(signal ? addAbortSignal(signal, process.stdin) : process.stdin);
