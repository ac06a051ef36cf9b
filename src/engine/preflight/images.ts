import { type Problem, ProblemError } from '../../shared/problem.ts';
import { type ComposeOptions, runCompose } from '../compose.ts';
import { dockerError, isOnlyAbsence, READ_TIMEOUT, tryDocker } from '../docker.ts';
import type { DockerAccess, Engine } from '../engine.ts';
import type { ServiceModel } from '../model/model.ts';
import { parseImageName } from './image-name.ts';
import { pullProblem } from './pull-problem.ts';

export interface MissingImage {
  readonly image: string;
  readonly services: readonly string[];
}

/** What is asked of a model here. */
export interface ImageModel {
  readonly services: Readonly<Record<string, Pick<ServiceModel, 'image' | 'build'>>>;
}

/** The images that the engine does not have; what a service builds itself is not among them. Throws ProblemError. */
export async function missingImages(access: DockerAccess, model: ImageModel): Promise<MissingImage[]> {
  const wanted = new Map<string, string[]>();
  for (const [service, { image, build }] of Object.entries(model.services))
    if (image !== undefined && build === undefined) wanted.set(image, [...(wanted.get(image) ?? []), service]);
  const absent = await absentImages(access, [...wanted.keys()]);
  return absent.map((image) => ({ image, services: wanted.get(image) ?? [] }));
}

/** One call for all; Docker names what is absent on standard error. */
async function absentImages(access: DockerAccess, images: readonly string[]): Promise<string[]> {
  if (images.length === 0) return [];
  const args = ['image', 'inspect', '--format', '{{.Id}}', ...images];
  const result = await tryDocker(access, args, { timeout: READ_TIMEOUT });
  if (result.exitCode === 0) return [];
  if (!isOnlyAbsence(result.stderr)) throw dockerError(access, args, result);
  const absent = readAbsent(images, result.stderr);
  const found = result.stdout.split('\n').filter((line) => line !== '').length;
  if (absent.length + found === images.length) return absent;
  if (images.length === 1) return [...images];
  // Words that we do not know: asked one by one, the exit code tells.
  return (await Promise.all(images.map((image) => absentImages(access, [image])))).flat();
}

/** Docker repeats the name as asked, or completed by `:latest`, depending on its version. */
export function readAbsent(images: readonly string[], stderr: string): string[] {
  const named = new Set(
    [...stderr.matchAll(/no such (?:image|object): (\S+)/gi)].map(([, name = '']) => name.replace(/:$/, '')),
  );
  return images.filter(
    (image) => named.has(image) || (parseImageName(image).tag === 'latest' && named.has(`${image}:latest`)),
  );
}

export interface PullOptions extends Pick<ComposeOptions, 'signal' | 'timeout'> {
  /** `stderr` (the default) shows Compose's own progress. */
  readonly stdio?: ComposeOptions['stdio'];
}

/**
 * Pulls what `missingImages` found, before anything changes. Throws ProblemError with one problem for each image that
 * cannot be had and why.
 */
export async function pullMissing(
  engine: Engine,
  folder: string,
  missing: readonly MissingImage[],
  options: PullOptions = {},
): Promise<void> {
  // One service for each image is enough, and Compose 1 would pull the same image twice at once.
  const services = missing.flatMap((row) => row.services[0] ?? []);
  if (services.length === 0) return;
  const args = ['pull', ...services];
  const result = await runCompose(engine, folder, args, { stdio: 'stderr', ...options });
  const absent = await absentImages(
    engine,
    missing.map(({ image }) => image),
  );
  const left = missing.filter(({ image }) => absent.includes(image));
  if (left.length === 0) return;
  if (result.interrupted !== undefined || result.cancelled || result.timedOut)
    throw new ProblemError(pullStopped(left, result.timedOut));
  const reasons = await Promise.all(left.map((row) => pullReason(engine, row, options.signal)));
  const problems = reasons.flat();
  if (problems.length > 0) throw new ProblemError(problems);
}

/**
 * Pulls images that no file of the project names yet, by Docker alone. Throws ProblemError with one problem for each image that
 * cannot be had and why; the error of `signal` when it is aborted.
 */
export async function pullImages(engine: Engine, missing: readonly MissingImage[], signal: AbortSignal): Promise<void> {
  const problems: Problem[] = [];
  // One after the other: layers that images share are then pulled once.
  for (const row of missing) problems.push(...(await pullReason(engine, row, signal)));
  signal.throwIfAborted();
  if (problems.length > 0) throw new ProblemError(problems);
}

/** Compose mixes the reasons of all images with its progress; asked for one image, Docker gives one. */
async function pullReason(engine: Engine, row: MissingImage, signal: AbortSignal | undefined) {
  const result = await tryDocker(engine, ['pull', '--quiet', row.image], signal === undefined ? {} : { signal });
  return result.exitCode === 0 ? [] : [pullProblem(row, result.stderr)];
}

const pullStopped = (left: readonly MissingImage[], timedOut: boolean) => ({
  code: 'PULL_STOPPED',
  title: timedOut ? 'the images were not pulled in time' : 'pulling the images was interrupted',
  detail: `Still missing: ${left.map(({ image }) => image).join(', ')}. No service was changed.`,
  next: 'coog pull',
});
