import { closest } from '../shared/closest.ts';
import { type Problem, ProblemError } from '../shared/problem.ts';
import { fullName } from './spec.ts';

/**
 * The full name of a plugin that a person may have named shortly: `jaeger`, or `mail` for `@acme/coog-plugin-mail`.
 * @throws ProblemError PLUGIN_NOT_INSTALLED when none of the given has it
 */
export function installedName(word: string, names: readonly string[]): string {
  const exact = names.find((name) => name === word) ?? names.find((name) => name === fullName(word));
  if (exact !== undefined) return exact;
  const ending = names.filter((name) => name.endsWith(`plugin-${word}`));
  if (ending.length === 1 && ending[0] !== undefined) return ending[0];
  throw new ProblemError(unknown(word, names));
}

function unknown(word: string, names: readonly string[]): Problem {
  const guess = closest(word, names) ?? closest(fullName(word), names);
  return {
    code: 'PLUGIN_NOT_INSTALLED',
    title: `${fullName(word)} is not installed here`,
    next: guess ? `did you mean ${guess}? coog plugins lists them` : `coog plugins:install ${word}`,
  };
}
