import { Flags, type Interfaces } from '@oclif/core';
import type { DatabaseContext } from '../database/index.ts';
import { CoogCommand, type ProjectFlags } from './base-command.ts';
import { createProgress } from './progress.ts';

export type DatabaseFlags = ProjectFlags & { database: string | undefined };

/** What every `db:` command has besides: `--database`, progress, and Ctrl-C that ends a step and not the process. */
export abstract class DatabaseCommand extends CoogCommand {
  static override baseFlags: Interfaces.FlagInput<DatabaseFlags> = {
    ...CoogCommand.baseFlags,
    database: Flags.string({
      char: 'd',
      helpValue: 'NAME',
      summary: 'the database (default: COOG_MAIN_DATABASE)',
    }),
  };

  /** As `withDatabase`, as the one changing command of the project. `what`: the object, where it is not the database. */
  protected changeDatabase<T>(
    flags: DatabaseFlags,
    what: string,
    work: (context: DatabaseContext) => Promise<T>,
  ): Promise<T> {
    const object = [flags.database, what].filter((word) => word !== undefined && word !== '').join(' ');
    return this.change(flags, object, () => this.withDatabase(flags, work));
  }

  /** Does some work that Ctrl-C, SIGTERM and SIGHUP interrupt by its signal. */
  protected async withDatabase<T>(flags: ProjectFlags, work: (context: DatabaseContext) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort(new Error('interrupted'));
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    for (const signal of signals) process.on(signal, abort);
    // A file beyond the largest size that is allowed: the write is to fail and be told, not to end the process.
    const ignore = () => undefined;
    process.on('SIGXFSZ', ignore);
    const progress = createProgress(process.stderr);
    try {
      const operation = await this.operation(flags);
      const say = (message: string) => {
        progress.pause();
        operation.say(message);
      };
      return await work({ ...operation, say, progress, signal: controller.signal });
    } finally {
      progress.end();
      for (const signal of signals) process.off(signal, abort);
      process.off('SIGXFSZ', ignore);
    }
  }
}
