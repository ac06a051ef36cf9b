import { parseVersion } from '../../engine/index.ts';
import { ProblemError } from '../../shared/problem.ts';
import { endOfNode } from '../support-ends.ts';
import { type Check, type Finding, ofProblem } from '../types.ts';

/** What finding an engine failed with, of the engine itself or of Compose. */
const problemsOf = (isWanted: (code: string) => boolean): Check['look'] => {
  return async (facts) => {
    try {
      await facts.detect();
      return [];
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      return error.problems.filter(({ code }) => isWanted(code)).map(ofProblem);
    }
  };
};

/** The first engine that Docker itself still mends is newer; distributions mend theirs longer. */
const OLD_ENGINE = 25;

export const engineChecks: readonly Check[] = [
  {
    id: 'engine-reachable',
    title: 'Docker Engine answers, and is new enough',
    look: problemsOf((code) => !code.startsWith('COMPOSE_')),
  },
  {
    id: 'compose-usable',
    title: 'Docker Compose is there, and is new enough',
    look: problemsOf((code) => code.startsWith('COMPOSE_')),
  },
  {
    id: 'compose-supported',
    title: 'Docker Compose still gets corrections',
    look: async (facts) => {
      const { compose } = await facts.engine();
      if (compose.major > 1) return [];
      const title = `docker-compose ${compose.version} has got no corrections since July 2023`;
      return [{ severity: 'warning', title, next: 'sudo apt-get install docker-compose-v2' }];
    },
  },
  {
    id: 'engine-supported',
    title: 'Docker Engine still gets corrections',
    look: async (facts) => {
      const { version } = (await facts.engine()).docker;
      if ((parseVersion(version)?.major ?? OLD_ENGINE) >= OLD_ENGINE) return [];
      const title = `Docker Engine ${version} gets corrections from its distribution at most, not from Docker`;
      return [{ severity: 'info', title, next: 'docker version' }];
    },
  },
  {
    id: 'engine-clock',
    title: 'the clocks of the engine and of this machine agree',
    look: async (facts) => {
      const { time } = await facts.info();
      const apart = Math.abs(time - Date.now()) / 1000;
      if (Number.isNaN(apart) || apart < MOST_SECONDS_APART) return [];
      const title = `the clock of the engine is ${Math.round(apart)} s off: tokens and certificates are refused`;
      return [{ severity: 'error', title, next: 'sudo timedatectl set-ntp true' }];
    },
  },
  {
    id: 'node-supported',
    title: 'Node still gets corrections',
    look: async ({ node, now }) => {
      const end = endOfNode(node);
      if (!end || now < end) return [];
      const title = `Node ${node} has got no corrections since ${end.toISOString().slice(0, 10)}`;
      const finding: Finding = { severity: 'warning', title, next: 'node --version' };
      return [finding];
    },
  },
];

const MOST_SECONDS_APART = 30;
