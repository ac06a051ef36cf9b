import type { DockerAccess } from './engine.ts';
import { type RunResult, runProcess } from './run.ts';

export interface ToolOptions {
  readonly folder?: string;
  readonly input?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** Runs any program in the controlled environment. @throws Error with the end of what it printed, when it fails */
export async function runTool(
  access: DockerAccess,
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<RunResult> {
  const result = await runProcess([command, ...args], { env: access.env, ...options });
  if (result.exitCode === 0) return result;
  const how = result.missing
    ? 'is not installed'
    : result.timedOut || result.cancelled
      ? 'did not end in time'
      : `ended with exit code ${result.exitCode}`;
  const printed = result.all.trim().split('\n').slice(-10).join('\n');
  throw new Error(`${command} ${how}${printed ? `\n${printed}` : ''}`);
}
