import type { DockerAccess } from '../engine.ts';

const EVENTS = ['create', 'start', 'die', 'health_status', 'restart', 'oom', 'stop', 'destroy', 'pause', 'unpause'];

/**
 * Calls `onEvent` for every change of a project's containers until the signal aborts. Probes (`exec_…`) are left out: each
 * would wake us. When the stream cannot be had or ends, it ends silently: the caller looks by itself from time to time.
 */
export async function followEvents(
  access: DockerAccess,
  project: string,
  onEvent: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { execa } = await import('execa');
  if (signal.aborted) return;
  const filters = [
    `label=com.docker.compose.project=${project}`,
    'type=container',
    ...EVENTS.map((name) => `event=${name}`),
  ];
  const args = ['events', '--format', '{{json .}}', ...filters.flatMap((filter) => ['--filter', filter])];
  const child = execa('docker', args, {
    env: { ...access.env },
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    stderr: 'ignore',
    cancelSignal: signal,
  });
  child.stdout.on('data', onEvent);
  await child;
}
