import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { ProblemError } from '../shared/problem.ts';

/**
 * A password from a file of one line (`-`: standard input), else asked twice on the terminal, without echo.
 * @throws ProblemError PASSWORD_FILE_INVALID (2), PASSWORD_NEEDED (2) without a terminal, NOT_CONFIRMED (2) after Ctrl-C
 */
export async function askPassword(what: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return fromFile(file);
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ProblemError({
      code: 'PASSWORD_NEEDED',
      title: `${what} is needed, and there is no terminal to ask on; nothing was changed`,
      next: 'add --password-file FILE (one line; - for standard input)',
    });
  const { password } = await import('@inquirer/prompts');
  const ask = (message: string, validate: (value: string) => true | string) =>
    password({ message, validate }, { output: process.stderr });
  try {
    const first = await ask(what, (value) => value !== '' || 'it cannot be empty');
    await ask('The same once more', (value) => value === first || 'that is another one');
    return first;
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error;
    throw new ProblemError({ code: 'NOT_CONFIRMED', title: 'nothing was changed' });
  }
}

async function fromFile(file: string): Promise<string> {
  const invalid = (title: string) =>
    new ProblemError({
      code: 'PASSWORD_FILE_INVALID',
      title,
      place: { file },
      next: 'one line that holds the password alone',
    });
  const content = await (file === '-' ? text(process.stdin) : readFile(file, 'utf8')).catch((error: Error) => {
    throw invalid(`the password file cannot be read: ${error.message}`);
  });
  const lines = content.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== 1 || lines[0] === '') throw invalid('the password file must hold one line, the password');
  return lines[0] ?? '';
}
