import { type OperationContext, projectUrls, type UpResult, up } from '../operations/index.ts';
import type { Plan, Planned } from '../plan/index.ts';
import { changeVariables, previewVariables } from '../settings/index.ts';
import { isWarning, ProblemError, throwErrors } from '../shared/problem.ts';
import { changedValues, leftBehind, receivers, type ValueChange } from './changes.ts';
import { judgePair } from './judge.ts';
import { readPair } from './pair.ts';
import { certificatePlace } from './place.ts';
import { readText } from './read-text.ts';
import { runningServices } from './restart.ts';

/** What will be done, and the question whether it shall be. */
export interface Intent {
  readonly lines: readonly string[];
  readonly question: string;
}

export interface HttpsOptions {
  /** Gets the certificate from Let's Encrypt, which writes to this address. */
  readonly letsencrypt: string | undefined;
  /** Only says what would change. */
  readonly dryRun: boolean;
  /** Milliseconds for making the services anew. */
  readonly timeout: number;
  readonly confirm: (intent: Intent) => Promise<void>;
}

export interface Enabling {
  readonly changes: readonly ValueChange[];
  readonly urls: readonly string[];
  /** Port of the host from which HTTP is redirected; absent when it is served as before. */
  readonly redirected?: number;
  /** Services that are made anew. */
  readonly services: readonly string[];
  /** The file that was changed; absent for a dry run, and when nothing was to be changed. */
  readonly written?: string;
  readonly started: boolean;
}

const FILE = 'env.custom';

/**
 * Makes https the scheme of the project, and brings that to what runs. The certificate must be there and fit before.
 * @throws ProblemError CERT_… when it does not, nothing changed
 */
export async function enableHttps(options: HttpsOptions, context: OperationContext): Promise<Enabling> {
  const { request } = context;
  const settings = [
    { name: 'MAIN_URL_SCHEME', value: 'https' },
    ...(options.letsencrypt === undefined
      ? []
      : [
          { name: 'ENABLE_LETSENCRYPT', value: '1' },
          { name: 'LETSENCRYPT_EMAIL', value: options.letsencrypt },
        ]),
  ];
  const previewed = await previewVariables(request, settings, FILE);
  const [before, after] = [planOf(previewed.before), planOf(previewed.after)];
  context.tell(await certificateWarnings(after, context.now()));
  const enabling = describe(before, after);
  const isIdle = options.dryRun || enabling.changes.length === 0;
  const running = !isIdle && (await somethingRuns(after.name, context));
  const lines = linesOf(enabling, after);
  context.tell(leftBehind(after.values));
  if (isIdle) {
    for (const line of lines) context.say(line);
    return { ...enabling, started: false };
  }
  const question = running ? 'Switch to https, and make these services anew?' : 'Switch to https?';
  await options.confirm({ lines, question });
  await changeVariables(request, settings, FILE);
  if (running) await startAnew(options.timeout, context);
  return { ...enabling, written: FILE, started: running };
}

const somethingRuns = async (project: string, context: OperationContext): Promise<boolean> =>
  ((await runningServices(project, context))?.services.size ?? 0) > 0;

const startAnew = (timeout: number, context: OperationContext): Promise<UpResult> =>
  up({ services: [], detach: true, wait: true, timeout, rebuild: false, passedOn: [] }, context);

function planOf({ plan, problems }: Planned): Plan {
  if (!plan) throw new ProblemError(problems.filter((problem) => !isWarning(problem)));
  return plan;
}

/** Let's Encrypt makes its certificate when the proxy starts; any other must be there. @throws ProblemError CERT_… */
async function certificateWarnings(plan: Plan, now: Date) {
  const place = certificatePlace(plan);
  if (place.byAuthority) return [];
  const [certificate, key] = await Promise.all([readText(place.certificate), readText(place.key)]);
  const pair = readPair({ name: place.certificate, content: certificate }, { name: place.key, content: key });
  return throwErrors(judgePair(pair, { file: place.certificate, hostname: place.hostname, now }));
}

function describe(before: Plan, after: Plan): Omit<Enabling, 'started'> {
  const changes = changedValues(before, after);
  const redirects = after.values.get('TRAEFIK_REDIRECT_TO')?.value !== '';
  return {
    changes,
    urls: projectUrls(after),
    ...(redirects ? { redirected: Number(after.values.get('TRAEFIK_HTTP_PORT')?.value) } : {}),
    services: receivers(
      after,
      changes.map(({ name }) => name),
    ),
  };
}

function linesOf({ changes, redirected, services }: Omit<Enabling, 'started'>, { values }: Plan): string[] {
  if (changes.length === 0) return ['https is the scheme of this project already; nothing is to be changed'];
  const value = (name: string): string => values.get(name)?.value ?? '';
  return [
    ...changes.map(({ name, before, after }) => `${name}: ${before || '(empty)'} → ${after || '(empty)'}`),
    `https is served on port ${value('TRAEFIK_HTTPS_PORT')} of this machine`,
    redirected === undefined
      ? 'http stays as it is (REDIRECT_TO_HTTPS is off)'
      : `http on port ${redirected} is redirected to ${value('BASE_URL')}`,
    `made anew: ${services.join(', ')}`,
  ];
}
