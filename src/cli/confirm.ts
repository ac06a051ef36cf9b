import type { Intent } from '../database/index.ts';
import { ProblemError } from '../shared/problem.ts';

/**
 * Says what will be done and asks whether it shall be. `yes` stands for the answer; without it and without a terminal
 * nothing is asked and nothing is done.
 * @throws ProblemError CONFIRMATION_NEEDED (2) without a terminal, NOT_CONFIRMED (2) for a No
 */
export async function confirm(intent: Intent, yes: boolean, say: (line: string) => void): Promise<void> {
  for (const line of intent.lines) say(line);
  if (yes) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new ProblemError({
      code: 'CONFIRMATION_NEEDED',
      title: 'this needs a Yes, and there is no terminal to ask on; nothing was changed',
      next: 'the same command with --yes',
    });
  const { confirm: ask } = await import('@inquirer/prompts');
  const answer = await ask({ message: intent.question, default: false }, { output: process.stderr }).catch(
    (error: Error) => {
      if (error.name === 'ExitPromptError') return false;
      throw error;
    },
  );
  if (!answer) throw new ProblemError({ code: 'NOT_CONFIRMED', title: 'nothing was changed' });
}
