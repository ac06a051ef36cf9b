import { CoogCommand, changeVariables, confirm, Flags, ProblemError, type ProjectFlags } from '@coog/cli/command';
import { type Answers, type AskOptions, ask, findServer } from './ask.ts';
import { ON, offer, offProblem, type Switch } from './switches.ts';

export type ServerFlags = ProjectFlags & { readonly service: string };

export const serverFlags = {
  service: Flags.string({ default: 'coog', helpValue: 'SERVICE', summary: 'the service whose server is asked' }),
};

/** A server that can be asked. */
export interface Reached {
  /** What it answered first. */
  readonly answers: readonly Answers[];
  /** Asks again. */
  readonly ask: (options?: Omit<AskOptions, 'sockets'>) => Promise<Answers[]>;
}

/** What both commands have: the way to a server that can be asked. */
export abstract class ServerCommand extends CoogCommand {
  /**
   * Asks the server for what the first switch turns on, and for the others where they are on. When it is off this offers
   * to switch it on, on a terminal, and else refuses. Undefined when it could not be switched on, which has been told.
   * @throws ProblemError UWSGI_OFF (2), NOT_CONFIRMED (2), and what `findServer` and `ask` throw
   */
  protected async reach(flags: ServerFlags, first: Switch, ...others: Switch[]): Promise<Reached | undefined> {
    const reached = await this.firstAnswers(flags, [first, ...others]);
    if (isOn(first, reached.answers)) return reached;
    const request = await this.request(flags);
    const value = (await this.plan(request)).values.get(first.variable)?.value ?? '';
    if (this.jsonEnabled() || !process.stdin.isTTY || !process.stderr.isTTY)
      throw new ProblemError(offProblem(first, value, flags.service));
    await confirm(offer(first, flags.service, value), false, (line) => this.say(line));
    if (value !== ON) await changeVariables(request, [{ name: first.variable, value: ON }], 'env.custom');
    const without = (flags['without-plugin'] ?? []).flatMap((name) => ['--without-plugin', name]);
    await this.config.runCommand('up', ['-C', request.folder, ...without, '-d', flags.service]);
    if (process.exitCode) return undefined;
    const again = await this.firstAnswers(flags, [first, ...others]);
    if (isOn(first, again.answers)) return again;
    throw new ProblemError(offProblem(first, ON, flags.service));
  }

  private async firstAnswers(flags: ServerFlags, switches: readonly Switch[]): Promise<Reached> {
    const server = await findServer(await this.running(flags), flags.service);
    const sockets = switches.flatMap((one) => one.sockets);
    const again: Reached['ask'] = (options = {}) => ask(server, { ...options, sockets });
    return { answers: await again(), ask: again };
  }
}

const isOn = ({ sockets }: Switch, answers: readonly Answers[]): boolean =>
  answers.some(({ looks }) => looks.flat().some(({ socket }) => sockets.some((s) => matches(s, socket))));

/** A pattern's only special character is a star at its end. */
const matches = (pattern: string, socket: string): boolean =>
  pattern.endsWith('*') ? socket.startsWith(pattern.slice(0, -1)) : socket === pattern;
