import { setTimeout } from 'node:timers/promises';
import { detectEngine, type Engine, listContainers, requireCompose } from '../engine/index.ts';
import type { OperationContext } from '../operations/index.ts';
import { ProblemError } from '../shared/problem.ts';
import type { CertificatePlace } from './place.ts';
import { servedCertificate } from './served.ts';

const PROXY = 'reverse-proxy';
/** Milliseconds for a restart, and between two looks. */
const PATIENCE = 60_000;
const PAUSE = 200;

/**
 * Restarts the proxy, since Traefik reads a pair at its start, and waits until it serves the certificate.
 * @returns whether the proxy ran
 */
export async function restartProxy(
  project: string,
  place: CertificatePlace,
  fingerprint: string,
  context: OperationContext,
): Promise<boolean> {
  const engine = await engineOfRunning(project, context);
  if (!engine) return false;
  context.say('Restarting the proxy with the new certificate');
  await requireCompose(engine, context.request.folder, ['restart', PROXY]);
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const served = await servedCertificate(place.hostname, place.port, context.now());
    if (served?.certificate.fingerprint === fingerprint) return true;
    await setTimeout(PAUSE);
  }
  context.tell([
    {
      code: 'CERT_NOT_SERVED',
      severity: 'warning',
      title: `the proxy was restarted and does not serve the new certificate on port ${place.port}`,
      next: 'coog logs reverse-proxy',
    },
  ]);
  return true;
}

/** The engine, when the project's proxy runs on it. */
async function engineOfRunning(project: string, context: OperationContext): Promise<Engine | undefined> {
  const found = await runningServices(project, context);
  return found?.services.has(PROXY) ? found.engine : undefined;
}

/** What of the project runs; undefined without an engine, where nothing does. */
export async function runningServices(
  project: string,
  { request }: OperationContext,
): Promise<{ readonly engine: Engine; readonly services: ReadonlySet<string> } | undefined> {
  try {
    const engine = await detectEngine({ env: request.environment, folder: request.folder });
    const containers = await listContainers(engine, project);
    const running = containers.filter(({ state }) => state === 'running');
    return { engine, services: new Set(running.map(({ service }) => service)) };
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}
