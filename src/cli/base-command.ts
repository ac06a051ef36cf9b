import { Command, Flags, type Interfaces } from '@oclif/core';
import { extensionHook, type RunHook } from '../extension/index.ts';
import type { Change } from '../history/index.ts';
import type { OperationContext, RunningContext } from '../operations/index.ts';
import type { Plan, Planned, PlanRequest } from '../plan/index.ts';
import { closest } from '../shared/closest.ts';
import { ExitCode, isWarning, type Problem, ProblemError } from '../shared/problem.ts';
import { formatProblems, problemToJson, wrapText } from './report.ts';

/** What oclif throws: `flags` are those that it did not know. */
type CliError = Error & { oclif?: { exit?: number }; flags?: string[] };

export type ProjectFlags = { project: string | undefined; 'without-plugin': string[] | undefined };

/**
 * What every command has: the two project flags, `--json`, and one way to tell problems. A command parses, calls one
 * function and prints; standard output holds the answer, standard error the story.
 */
export abstract class CoogCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags: Interfaces.FlagInput<ProjectFlags> = {
    project: Flags.string({
      char: 'C',
      helpValue: 'FOLDER',
      helpGroup: 'GLOBAL',
      summary: 'the project (default: this folder or one above it)',
    }),
    'without-plugin': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME',
      helpGroup: 'GLOBAL',
      summary: 'leave a plugin out',
    }),
  };

  /** Where to look for the project, and what to plan it with. */
  protected async request(flags: ProjectFlags): Promise<PlanRequest> {
    const { locateProject } = await import('../project/index.ts');
    const folder = await locateProject(process.cwd(), flags.project);
    return { folder, ...this.planContext(flags) };
  }

  protected planContext(flags: ProjectFlags): Omit<PlanRequest, 'folder'> {
    const { config } = this;
    const runHook: RunHook = (name, options, timeout, capture) =>
      config.runHook(name, options as Record<string, unknown>, timeout, capture);
    return {
      environment: process.env,
      runHook,
      cli: { name: config.pjson.name, version: config.version, root: config.root },
      registering: [...config.plugins.values()]
        .filter((plugin) => plugin.hooks[extensionHook]?.length)
        .map(({ name, version, root }) => ({ name, version, root })),
      without: new Set(flags['without-plugin'] ?? []),
    };
  }

  /** What operations that change the project are given. */
  protected async operation(flags: ProjectFlags): Promise<OperationContext> {
    return {
      request: await this.request(flags),
      say: (message) => this.say(message),
      tell: (problems) => this.tell(problems),
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      now: () => new Date(),
    };
  }

  /**
   * Does some work as the one changing command of the project; the history keeps a line of it. `what` names what is
   * changed, and never holds a value.
   */
  protected async change<T>(
    flags: ProjectFlags,
    what: string,
    work: (operation: OperationContext, change: Change) => Promise<T>,
  ): Promise<T> {
    const operation = await this.operation(flags);
    const { asChange, rememberProject } = await import('../history/index.ts');
    const { whoRuns } = await import('./who.ts');
    const { request, now, tell } = operation;
    const changer = { folder: request.folder, command: this.id ?? '', what, ...whoRuns(process.env), now, tell };
    const answer = await asChange(changer, (change) =>
      work({ ...operation, letOthers: () => change.release() }, change),
    );
    await rememberProject(this.config.dataDir, request.folder);
    return answer;
  }

  /** What operations on a configured project are given. */
  protected async running(flags: ProjectFlags): Promise<RunningContext> {
    return this.runningIn(await this.request(flags));
  }

  protected runningIn({ folder, environment }: Pick<PlanRequest, 'folder' | 'environment'>): RunningContext {
    return { folder, environment, say: (message) => this.say(message) };
  }

  /** The plan, after its warnings were told. @throws ProblemError with everything that is wrong */
  protected async plan(request: PlanRequest): Promise<Plan> {
    const { planProject } = await import('../plan/index.ts');
    return this.planOf(await planProject(request));
  }

  protected planOf(planned: Planned): Plan {
    if (!planned.plan) throw new ProblemError(planned.problems);
    this.tell(planned.problems.filter(isWarning));
    return planned.plan;
  }

  /** Tells problems on standard error, with `--json` too: the document on standard output stays one. */
  protected tell(problems: readonly Problem[], changedNothing = false): void {
    if (problems.length > 0) process.stderr.write(`${formatProblems(problems, this.width(), changedNothing)}\n`);
  }

  /** Tells the story on standard error. */
  protected say(message: string): void {
    process.stderr.write(`${process.stderr.isTTY ? wrapText(message, this.width()) : message}\n`);
  }

  protected width(): number {
    return Math.min(process.stderr.columns ?? 80, 100);
  }

  /** Everything behind the first `--`; what stands before it is left in `argv`. */
  protected takePassedOn(): string[] {
    const at = this.argv.indexOf('--');
    return at < 0 ? [] : this.argv.splice(at).slice(1);
  }

  protected override catch(error: Error & { exitCode?: number; oclif?: { exit?: number } }): Promise<void> {
    if (error.oclif?.exit === 0) return Promise.reject(error);
    const told = error instanceof ProblemError ? error : this.unexpected(error);
    process.exitCode = told.exitCode;
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(told));
    else this.tell(told.problems, told.exitCode === ExitCode.refused);
    return Promise.resolve();
  }

  protected override toErrorJson(error: ProblemError): object {
    return { problems: error.problems.map(problemToJson) };
  }

  private unexpected(error: CliError): ProblemError {
    if (process.env.DEBUG) this.logToStderr(error.stack ?? error.message);
    // A command that was used wrongly was parsed as far as could be; oclif would warn that it was not.
    this.parsed = true;
    if (error.oclif?.exit !== undefined) return this.wrongUsage(error);
    const title = error.message.split('\n')[0] ?? error.name;
    const next = `DEBUG=1 ${this.config.bin} ${this.id} … shows where it comes from; please report it`;
    return new ProblemError({ code: 'UNEXPECTED', title, next }, { exitCode: ExitCode.failed, cause: error });
  }

  private wrongUsage(error: CliError): ProblemError {
    const lines = error.message.replace(/\nSee more help with --help$/, '').split('\n');
    const [title = '', ...rest] = lines.filter((line) => line.trim() !== '');
    const flags = Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags });
    const guess = closest((error.flags?.[0] ?? '').replace(/^-+/, ''), flags);
    return new ProblemError(
      {
        code: 'WRONG_USAGE',
        title,
        ...(rest.length > 0 ? { detail: rest.join('\n') } : {}),
        next: error.flags && guess ? `did you mean --${guess}?` : `${this.config.bin} ${this.id} --help`,
      },
      { exitCode: error.oclif?.exit === 1 ? ExitCode.failed : ExitCode.refused, cause: error },
    );
  }
}
