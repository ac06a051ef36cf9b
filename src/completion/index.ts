/** Completion in shells: the scripts that they load, and the answers that these ask for. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { complete } from './complete.ts';
import { type Shell, shells } from './scripts/index.ts';

export { completionScript, type Shell, shells } from './scripts/index.ts';

export interface Question {
  /** Folder of the package. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The shell, and the words behind the program's name, up to the cursor. */
  readonly argv: readonly string[];
}

/**
 * The lines that a script asks for, each a candidate with a tab and its description where there is one. A first line `:files`
 * or `:folders` leaves it to the shell. Nothing is thrown: whoever types wants no story in the middle of a line.
 */
export async function answerShell({ root, environment, cwd, argv }: Question): Promise<string> {
  const [shell, ...words] = argv;
  if (!shells.includes(shell as Shell)) return '';
  try {
    const development = existsSync(join(root, 'src')) && environment.NODE_ENV !== 'production';
    const { by, candidates } = await complete({ words, cwd, root, dataFolder: dataFolder(environment), development });
    const lines = candidates.map(({ text, description }) => (description ? `${text}\t${description}` : text));
    return [...(by ? [`:${by}`] : []), ...lines].map((line) => `${line}\n`).join('');
  } catch {
    return '';
  }
}

/** Where oclif keeps what a user installs. */
const dataFolder = (environment: Question['environment']): string =>
  environment.COOG_DATA_DIR ?? join(environment.XDG_DATA_HOME ?? join(environment.HOME ?? '/', '.local/share'), 'coog');
