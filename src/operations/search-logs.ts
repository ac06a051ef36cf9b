import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import {
  type Engine,
  engineEnvironment,
  listContainers,
  type StreamResult,
  streamCompose,
  streamProcess,
} from '../engine/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import type { RunningContext } from './running.ts';

export interface SearchOptions {
  /** Empty: all. */
  readonly services: readonly string[];
  readonly follow: boolean;
  readonly timestamps: boolean;
  /** Lines of each container, or `all`. */
  readonly tail: string;
  readonly since: string | undefined;
  /** Every line, when there is none. */
  readonly pattern: RegExp | undefined;
  /** Gets each line: which service says it, as Compose writes it (with the bar behind it), and what is said. */
  readonly onLine: (prefix: string, text: string) => void;
  readonly signal: AbortSignal;
}

/** A regular expression from what somebody typed. @throws ProblemError PATTERN_INVALID (2) */
export function parsePattern(text: string, ignoreCase: boolean): RegExp {
  try {
    return new RegExp(text, ignoreCase ? 'i' : '');
  } catch (error) {
    throw new ProblemError({
      code: 'PATTERN_INVALID',
      title: `"${text}" is no regular expression`,
      detail: (error as Error).message,
      next: 'put a \\ before characters that mean something: ( ) [ ] { } * + ? . ^ $ |',
    });
  }
}

/**
 * Reads logs line by line, those that fit. Answers how many did; the end of `signal` is how following ends.
 * docker-compose 1.29.2 knows no --since, there the engine itself is asked, container by container.
 * @throws ProblemError LOGS_FAILED (1)
 */
export async function searchLogs(
  engine: Engine,
  project: string,
  options: SearchOptions,
  { folder, environment }: RunningContext,
): Promise<number> {
  const { services, follow, timestamps, tail, since, signal } = options;
  const flags = [
    ...(follow ? ['--follow'] : []),
    ...(timestamps ? ['--timestamps'] : []),
    ...(since === undefined ? [] : ['--since', since]),
  ];
  let count = 0;
  const tell = (prefix: string, text: string): void => {
    if (options.pattern && !options.pattern.test(text)) return;
    count += 1;
    options.onLine(prefix, text);
  };
  if (engine.compose.major === 1 && since !== undefined) {
    const all = (await listContainers(engine, project)).filter((c) => !c.oneOff);
    const chosen = all.filter((c) => services.length === 0 || services.includes(c.service));
    const width = Math.max(0, ...chosen.map((c) => c.service.length));
    const env = engineEnvironment(environment, folder);
    const ended = await Promise.all(
      chosen.map((c) => {
        const say = (line: string) => tell(`${c.service.padEnd(width)} | `, line);
        const lines = linesTo(say);
        // Standard error of the container comes as that of the command.
        return streamProcess(['docker', 'logs', ...flags, '--tail', tail, c.id], {
          env,
          output: lines,
          onStderr: say,
          signal,
        });
      }),
    );
    for (const result of ended) requireEnded(result);
    return count;
  }
  const lines = linesTo((line) => tell(...split(line)));
  requireEnded(
    await streamCompose(engine, folder, ['logs', ...flags, `--tail=${tail}`, '--no-color', ...services], {
      output: lines,
      signal,
    }),
  );
  return count;
}

const CLEAR_LINE = '\u001b[2K';

/** `coog-1  | text`, as Compose writes it. */
function split(written: string): [prefix: string, text: string] {
  // Compose 2.26 clears the terminal's line before each, also where there is no terminal.
  const line = written.startsWith(CLEAR_LINE) ? written.slice(CLEAR_LINE.length) : written;
  const at = line.indexOf(' | ');
  return at < 0 ? ['', line] : [line.slice(0, at + 3), line.slice(at + 3)];
}

function linesTo(onLine: (line: string) => void): Writable {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  return new Writable({
    write(chunk: Buffer, _, done) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line.replace(/\r$/, ''));
      done();
    },
  });
}

function requireEnded({ exitCode, stderr, cancelled }: StreamResult): void {
  if (exitCode === 0 || cancelled) return;
  throw new ProblemError(
    {
      code: 'LOGS_FAILED',
      title: 'the logs cannot be read',
      detail: stderr.trim() || `It ended with exit code ${exitCode}.`,
      next: 'coog status',
    },
    { exitCode: ExitCode.failed },
  );
}
