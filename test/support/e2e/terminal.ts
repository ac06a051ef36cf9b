import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { type Environment, PROGRAM } from './machine.ts';
import { until } from './until.ts';

/** A real terminal (tmux) with coog in it. */
export interface Terminal {
  /** Everything that was shown since the start. */
  readonly screen: () => Promise<string>;
  /** Waits until a text is shown. */
  readonly shows: (text: string | RegExp, deadline?: number) => Promise<void>;
  /** Types keys in tmux's words: `C-c`, `Enter`; other words as they are. */
  readonly type: (...keys: string[]) => Promise<void>;
  /** The exit code, when coog has ended; 128 + n when signal n ended it. */
  readonly ended: (deadline?: number) => Promise<number>;
}

interface Place {
  readonly folder: string;
  readonly env: Environment;
}

/** Opens a terminal in which coog starts; it is closed when the test is over. */
export const givenTerminal = (args: readonly string[], place: Place): Promise<Terminal> =>
  givenTerminalWith([process.execPath, PROGRAM, ...args], place);

/** Opens a terminal in which any program starts. */
export async function givenTerminalWith(words: readonly string[], { folder, env }: Place): Promise<Terminal> {
  const server = `coogtest-${randomBytes(4).toString('hex')}`;
  const tmux = async (...given: string[]) =>
    (await execa('tmux', ['-L', server, '-f', '/dev/null', ...given], { env: { ...env }, extendEnv: false })).stdout;
  onTestFinished(() => tmux('kill-server').then(ignore, ignore), 10_000);
  const status = join(await mkdtemp(join(tmpdir(), 'coogtest-terminal-')), 'status');
  onTestFinished(() => rm(dirname(status), { recursive: true, force: true }));
  // Like the shell that a person types in: it hears Ctrl-C as well, and outlives it. tmux itself at times never learns how
  // its pane ended.
  const program = words.map(quote).join(' ');
  const command = `trap : INT; ${program}; echo $? > ${status}.new; mv ${status}.new ${status}; sleep infinity`;
  const settings = ['set', '-g', 'history-limit', '50000'];
  const session = ['new-session', '-d', '-x', '120', '-y', '50', '-c', folder, command];
  await tmux('start-server', ';', ...settings, ';', ...session);
  const screen = () => tmux('capture-pane', '-p', '-J', '-S', '-');
  const describe = async (what: string) => `${what}; the terminal shows:\n${(await screen()).trimEnd()}`;
  const wait = async <T>(what: string, look: () => Promise<T | undefined | false>, deadline: number): Promise<T> => {
    try {
      return await until(what, look, deadline);
    } catch (error) {
      throw new Error(await describe((error as Error).message), { cause: error });
    }
  };
  return {
    screen,
    shows: async (text, deadline = 60_000) => {
      await wait(`"${text}"`, async () => matches(await screen(), text), deadline);
    },
    type: async (...keys) => {
      await tmux('send-keys', ...keys);
    },
    ended: (deadline = 60_000) =>
      wait(
        'the end of coog',
        async () => {
          const text = await readFile(status, 'utf8').catch(() => undefined);
          return text === undefined ? undefined : Number(text);
        },
        deadline,
      ),
  };
}

const ignore = (): void => undefined;
const matches = (screen: string, text: string | RegExp): boolean =>
  typeof text === 'string' ? screen.includes(text) : text.test(screen);
const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
