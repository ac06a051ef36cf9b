import type { Answers } from '../init/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';

/** Asks the few things that matter, on standard error. What a flag gave is not asked. Ctrl-C writes nothing. */
export async function askAnswers(
  defaults: Answers,
  given: Record<'name' | 'version' | 'registry' | 'hostname' | 'data', string | undefined> & { demo: boolean },
): Promise<Answers> {
  const { input, select } = await import('@inquirer/prompts');
  const context = { output: process.stderr };
  const text = (
    message: string,
    fallback: string,
    known: string | undefined,
    validate?: (value: string) => true | string,
  ) =>
    known === undefined
      ? input({ message, default: fallback, ...(validate ? { validate } : {}) }, context)
      : Promise.resolve(known);
  try {
    const name = await text('Name of the project', defaults.name, given.name, isProjectName);
    const dataFolder = await text('Folder for the data', defaults.dataFolder, given.data, isAbsolutePath);
    const hostname = await text(
      'Host name that people open',
      given.name ? defaults.hostname : `${name}.localhost`,
      given.hostname,
    );
    const demo =
      given.demo ||
      (given.version === undefined && (await select({ message: 'Images', choices: imageChoices }, context)));
    if (demo) return { name, dataFolder, hostname, demo };
    const version = await text(
      'Version of Coog (tag of its images)',
      '',
      given.version,
      (v) => v.trim() !== '' || 'a version is needed',
    );
    const registry = await text('Registry of the Coog images', 'cooghub', given.registry);
    return { name, dataFolder, hostname, demo: false, version, ...(registry === 'cooghub' ? {} : { registry }) };
  } catch (error) {
    if ((error as Error).name !== 'ExitPromptError') throw error;
    throw new ProblemError(
      { code: 'INTERRUPTED', title: 'nothing was written', next: 'coog init' },
      { exitCode: ExitCode.failed },
    );
  }
}

const imageChoices = [
  { name: 'those of Coog, from its registry', value: false },
  { name: 'a demo: stand-ins built here from Debian packages', value: true },
];

const isProjectName = (value: string): true | string =>
  /^[a-z0-9][a-z0-9_-]*$/.test(value) || 'lower case letters, digits, "-" and "_", beginning with a letter or a digit';

const isAbsolutePath = (value: string): true | string => value.startsWith('/') || 'an absolute path';
