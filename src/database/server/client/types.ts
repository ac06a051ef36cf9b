import type { Readable, Writable } from 'node:stream';

export type Program = 'pg_dump' | 'pg_restore' | 'psql';

export interface ProgramOptions {
  /** Given as `--dbname`; whatever its name, it is not taken for an option or for parameters. */
  readonly database?: string;
  /** Standard input: a stream, or the path of a file that is read. */
  readonly input?: Readable | string;
  /** The absolute path of what is read, given as an argument, so that the program can seek in it; see `ClientPrograms.seeks`. */
  readonly file?: string;
  /** The absolute path of an empty folder that the program fills; see `ClientPrograms.seeks`. */
  readonly folder?: string;
  /** Of the server's for the program's sessions, without spaces; a bundled server alone is given them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `--jobs`, where the program can seek. */
  readonly jobs?: number;
  /** Gets standard output and is left open: whoever knows the exit code ends it. A number is a file descriptor. */
  readonly output?: Writable | number;
  readonly onStderr?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Milliseconds without a byte in or out after which the program is ended. */
  readonly stallTimeout?: number;
}

export interface ProgramResult {
  /** 0 when all went well; 125 when it could not be started. */
  readonly exitCode: number;
  /** The end of what it printed. */
  readonly stderr: string;
  readonly cancelled: boolean;
  readonly stalled: boolean;
  /** It ended before it had read all of `input`. */
  readonly unread: boolean;
}

/** Something that runs PostgreSQL's client programs on a server. */
export interface ClientPrograms {
  /** `container`: beside the project's server, from its image; `image`: the project's image; `host`: this machine. */
  readonly kind: 'container' | 'image' | 'host';
  /** As the program prints it: `17.4`. */
  readonly version: string;
  readonly major: number;
  /** Whether `file` can be read at any place, and so by several jobs, and `folder` be filled; else there are only streams. */
  readonly seeks: boolean;
  /**
   * Runs a program to its end. A failure of the program is in the result.
   * @throws the error of `input` or `output`; ProblemError DB_PASSWORD_INVALID (exit code 2)
   */
  run(program: Program, args: readonly string[], options?: ProgramOptions): Promise<ProgramResult>;
}
