import type { Problem } from '@coog/cli/command';

/** What has to be switched on in the server before it can be asked. */
export interface Switch {
  readonly variable: string;
  /** What the server then does, behind "the server". */
  readonly does: string;
  /** Patterns of the sockets in the container (contract of the image). */
  readonly sockets: readonly string[];
}

export const STATS: Switch = {
  variable: 'COOG_UWSGI_STATS',
  does: 'collects statistics',
  sockets: ['/tmp/uwsgi_stats'],
};

export const TRACEBACKS: Switch = {
  variable: 'COOG_UWSGI_TRACEBACKER',
  does: 'answers with its tracebacks',
  sockets: ['/tmp/uwsgi_tracebacker*'],
};

/** The image wants this very value: it takes `true` for off. */
export const ON = '1';

/** Why nothing can be asked, and what to run. `value` is that of the project's configuration. */
export function offProblem({ variable, does }: Switch, value: string, service: string): Problem {
  if (value === ON)
    return {
      code: 'UWSGI_OFF',
      title: `the server that runs was started without ${variable}, or its image does not know it`,
      detail: `${variable} is ${ON} now; a server ${does} from its next start on.`,
      next: `coog up -d ${service}`,
    };
  return {
    code: 'UWSGI_OFF',
    title: `the server ${does} only with ${variable}=${ON}${value === '' ? '' : `; it is "${value}"`}`,
    next: `coog config:set ${variable}=${ON} && coog up -d ${service}`,
  };
}

/** What is said before the offer to switch it on. */
export const offer = (
  { variable, does }: Switch,
  service: string,
  value: string,
): { lines: string[]; question: string } => ({
  lines: [
    value === ON
      ? `The server that runs was started without ${variable}=${ON}.`
      : `The server ${does} only with ${variable}=${ON}, which costs next to nothing.`,
    `Starting the service ${service} anew interrupts whoever works, and ends what is stuck now.`,
  ],
  question: value === ON ? `Start ${service} anew?` : `Set ${variable}=${ON} in env.custom and start ${service} anew?`,
});
