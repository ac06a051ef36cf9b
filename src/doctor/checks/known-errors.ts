import { lastLogLines } from '../../engine/index.ts';
import type { Facts } from '../facts.ts';
import type { Check, Finding } from '../types.ts';
import { runningProject } from './services.ts';

/** Lines of each log that are read. */
const LINES = 300;
/** Logs that are read at once: each is a process. */
const PARALLEL = 4;

interface KnownError {
  readonly id: string;
  readonly title: string;
  /** What a line of a log must hold. */
  readonly line: RegExp;
  readonly told: (services: string) => string;
  readonly next: string;
}

/** Of the FAQ of the scripts, what shows in logs alone. */
const known: readonly KnownError[] = [
  {
    id: 'celery-timeouts',
    title: 'no job of Celery takes longer than the broker waits for it',
    line: /PreconditionFailed|PRECONDITION_FAILED - delivery acknowledgement/,
    told: (services) => `the broker gave up waiting for a job (PreconditionFailed), and ${services} started again`,
    next: 'copy defaults/rabbitmq, raise consumer_timeout (milliseconds) in it, and: coog config:set CUSTOM_RABBITMQ_FOLDER=./COPY, then coog up -d',
  },
  {
    id: 'cors',
    title: 'no browser is refused for the address by which it opened the project',
    line: /Not allowed by CORS/i,
    told: (services) => `${services} refused a browser: "Not allowed by CORS"`,
    next: 'open the address that coog status shows, with its scheme; for https: coog config:set MAIN_URL_SCHEME=https; for another origin: coog config:explain CORS_WHITELIST',
  },
  {
    id: 'full-disk',
    title: 'no service had no room to write',
    line: /No space left on device|ENOSPC/,
    told: (services) => `${services} had no room to write`,
    next: 'df -h, then coog db:prune, docker system df, coog logs:purge',
  },
];

export const knownErrorChecks: readonly Check[] = known.map((error) => ({
  id: error.id,
  title: error.title,
  look: async (facts) => {
    const logs = await logsOf(facts);
    const hits = logs.flatMap(({ service, lines }) => {
      const line = lines.findLast((text) => error.line.test(text));
      return line === undefined ? [] : [{ service, line }];
    });
    if (hits.length === 0) return [];
    const services = [...new Set(hits.map(({ service }) => service))].join(', ');
    const finding: Finding = {
      severity: 'warning',
      title: error.told(services),
      evidence: hits.map(({ service, line }) => `${service}: ${line.slice(0, 300)}`).join('\n'),
      next: error.next,
    };
    return [finding];
  },
}));

interface Log {
  readonly service: string;
  readonly lines: readonly string[];
}

/** The ends of all logs, read once for all checks of one examination. */
const read = new WeakMap<Facts, Promise<Log[]>>();
function logsOf(facts: Facts): Promise<Log[]> {
  const logs = read.get(facts) ?? readLogs(facts);
  read.set(facts, logs);
  return logs;
}

async function readLogs(facts: Facts): Promise<Log[]> {
  const [engine, containers] = await Promise.all([facts.engine(), runningProject(facts)]);
  const waiting = [...containers];
  const logs: Log[] = [];
  const reader = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop())
      logs.push({ service: next.service, lines: await lastLogLines(engine, next.id, LINES) });
  };
  await Promise.all(Array.from({ length: PARALLEL }, reader));
  return logs;
}
