import { stat } from 'node:fs/promises';
import {
  type ComposeModel,
  type Container,
  composeModel,
  type Engine,
  expectedServices,
  listContainers,
  localImages,
  requireCompose,
  runCompose,
  waitForProject,
} from '../engine/index.ts';
import { ExitCode, ProblemError } from '../shared/problem.ts';
import { formatBytes } from '../shared/units.ts';
import { engineOfConfigured, type RunningContext, refuseUnknown } from './running.ts';

export interface PurgedLog {
  readonly service: string;
  /** Bytes before; absent where only root may look, or the driver keeps no file. */
  readonly bytes?: number;
}

export interface Purge {
  /** Empty: every service that runs. */
  readonly services: readonly string[];
  /** Milliseconds for the services to become healthy again. */
  readonly timeout: number;
  /** Rejects when the user does not want it. */
  readonly confirm: (intent: { readonly lines: readonly string[]; readonly question: string }) => Promise<void>;
}

/**
 * Empties logs by making the containers anew, which is what takes a log away for good: the engine closes the file, removes it
 * with the container and begins another one. It is the only way that is safe with every driver. The engine holds the file
 * open, counts what it has written and lets readers stand in it; whoever truncates it meanwhile leaves a file that begins
 * with zeros (json-file), or whose lengths no longer fit (local), and `docker logs` stops there.
 *
 * Only what runs is made anew, as it is: where its configuration or its image would change on the way, it is refused.
 * @throws ProblemError PURGE_WOULD_CHANGE (2), SERVICE_UNKNOWN (2), NOT_CONFIGURED (2), what waiting tells (1)
 */
export async function purgeLogs({ services, timeout, confirm }: Purge, context: RunningContext): Promise<PurgedLog[]> {
  const engine = await engineOfConfigured(context);
  const model = await composeModel(engine, context.folder);
  refuseUnknown(services, Object.keys(model.services));
  const containers = (await listContainers(engine, model.name)).filter((c) => !c.oneOff && c.state === 'running');
  const chosen = containers.filter((c) => services.length === 0 || services.includes(c.service));
  if (chosen.length === 0) return [];
  await refuseChange(engine, context.folder, model, chosen);
  const names = [...new Set(chosen.map((c) => c.service))];
  const logs = await Promise.all(names.map((service) => measure(service, chosen)));
  await confirm({
    lines: [
      `The logs of ${names.length} services go, for good: their containers are made anew and are away for some seconds`,
      ...logs.map(({ service, bytes }) => `  ${service}${bytes === undefined ? '' : `: ${formatBytes(bytes)}`}`),
    ],
    question: 'Empty these logs?',
  });
  const args = ['up', '-d', '--no-deps', '--no-build', '--force-recreate', ...names];
  await requireCompose(engine, context.folder, args);
  const expected = new Map([...expectedServices(model)].filter(([name]) => names.includes(name)));
  await waitForProject({ engine, project: model.name, expected, deadline: timeout });
  return logs;
}

async function measure(service: string, containers: readonly Container[]): Promise<PurgedLog> {
  const paths = containers.filter((c) => c.service === service && c.log.path !== '').map((c) => c.log.path);
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path).catch(() => undefined))?.size));
  const known = sizes.flatMap((size) => size ?? []);
  return known.length === 0 ? { service } : { service, bytes: known.reduce((sum, size) => sum + size, 0) };
}

/** Making anew takes what the files and the image names mean now. */
async function refuseChange(
  engine: Engine,
  folder: string,
  model: ComposeModel,
  containers: readonly Container[],
): Promise<void> {
  const names = [...new Set(containers.map((c) => c.service))];
  const [hashes, images] = await Promise.all([
    configHashes(engine, folder, names),
    localImages(engine, [...new Set(names.flatMap((name) => model.services[name]?.image ?? []))]),
  ]);
  const ids = new Set(images.map(({ id }) => id));
  const changed = containers.filter(({ service, configHash, imageId }) => {
    const known = model.services[service];
    if (!known) return true;
    return hashes.get(service) !== configHash || (known.image !== undefined && !ids.has(imageId));
  });
  if (changed.length === 0) return;
  throw new ProblemError({
    code: 'PURGE_WOULD_CHANGE',
    title:
      'emptying these logs would change what runs: configuration or image are no longer what the containers were made of',
    detail: changed.map(({ service }) => service).join(', '),
    next: 'coog up -d brings the change, and empties their logs with it; or name other services',
  });
}

/** `service hash`, a line each, of both versions of Compose. */
async function configHashes(engine: Engine, folder: string, names: readonly string[]): Promise<Map<string, string>> {
  const args = ['config', '--hash', names.join(',')];
  const result = await runCompose(engine, folder, args, { stdio: 'pipe' });
  if (result.exitCode !== 0)
    throw new ProblemError(
      {
        code: 'COMPOSE_FAILED',
        title: 'Compose does not say what the services are made of',
        detail: result.stderr,
        next: 'coog status',
      },
      { exitCode: ExitCode.failed },
    );
  const lines = result.stdout.split('\n').map((line) => line.trim().split(/\s+/));
  return new Map(lines.flatMap(([name = '', hash = '']) => (hash === '' ? [] : [[name, hash] as const])));
}
