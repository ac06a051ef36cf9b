import { stripVTControlCharacters } from 'node:util';
import type { Problem } from '../../shared/problem.ts';
import { tryDocker } from '../docker.ts';
import type { DockerAccess } from '../engine.ts';
import type { ServiceProgress } from './judge.ts';

const LOG_LINES = 20;
const LOG_TIMEOUT = 10_000;

/** The last lines a container wrote to both of its streams, in order; the reason when they cannot be had. */
export async function lastLogLines(access: DockerAccess, id: string, lines = LOG_LINES): Promise<string[]> {
  const args = ['logs', '--timestamps', '--tail', String(lines), id];
  const { stdout, stderr } = await tryDocker(access, args, { timeout: LOG_TIMEOUT });
  return mergeStreams(stdout, stderr).slice(-lines);
}

/** Docker hands out two streams: only the time in front of each line, all of one width, knows their order. */
export function mergeStreams(stdout: string, stderr: string): string[] {
  return [stdout, stderr]
    .flatMap((stream) => stripVTControlCharacters(stream).split('\n'))
    .map((line) => /^(\d{4}-\d\d-\d\dT\S+) ?(.*)$/s.exec(line) ?? ['', '', line])
    .sort(([, a = ''], [, b = '']) => (a < b ? -1 : Number(a > b)))
    .flatMap(([, , text = '']) => (text === '' ? [] : [text]));
}

/** The problem of a service that failed, or that was not ready in time. */
export async function serviceProblem(access: DockerAccess, row: ServiceProgress, late: boolean): Promise<Problem> {
  const lines = row.container ? await lastLogLines(access, row.container.id) : [];
  const facts = [
    `service ${row.service}, state ${row.state}${row.container ? ` (container ${row.container.name})` : ''}`,
    ...(row.container?.error ? [row.container.error] : []),
    ...(row.state === 'unhealthy' && row.container?.lastProbe
      ? [`its health check said: ${row.container.lastProbe}`]
      : []),
    lines.length === 0 ? 'It has logged nothing.' : `Its last ${lines.length} log lines:`,
    ...lines.map((line) => `  ${line}`),
  ];
  return {
    code: late ? 'SERVICE_NOT_READY' : 'SERVICE_FAILED',
    title: late ? `service ${row.service} was not ready in time` : `service ${row.service} failed: ${row.state}`,
    detail: facts.join('\n'),
    next: row.container ? `coog logs ${row.service}` : 'coog status',
  };
}
