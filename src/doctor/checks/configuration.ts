import { lookup } from 'node:dns/promises';
import { readFile, realpath } from 'node:fs/promises';
import { shownOrigin, shownValue } from '../../configuration/index.ts';
import { formatPlace, type Problem } from '../../shared/problem.ts';
import type { Facts } from '../facts.ts';
import { type Check, type Finding, ofProblem } from '../types.ts';

const ofPlugins =
  /^(PLUGIN_|FRAGMENT_(INVALID|CONFLICT)|DECLARATIONS_|VARIABLE_(CONFLICT|UNDECLARED|OF_PLUGIN)|TEMPLATE_)/;
const kinds = {
  plugins: ({ code }) => ofPlugins.test(code),
  disabled: ({ code }) => code === 'DISABLED_SERVICE_UNKNOWN',
  missing: ({ code }) => code === 'VARIABLE_MISSING' || code === 'REFERENCE_UNSET',
  unknown: ({ code, severity }) => /^VARIABLE_(UNKNOWN|NOT_SETTABLE)$/.test(code) && severity === 'warning',
} satisfies Record<string, (problem: Problem) => boolean>;

const planned = (isWanted: (problem: Problem) => boolean): Check['look'] => {
  return async (facts) => (await facts.planned()).problems.filter(isWanted).map(ofProblem);
};

export const configurationChecks: readonly Check[] = [
  { id: 'required-variables', title: 'every variable that must be set is set', look: planned(kinds.missing) },
  { id: 'plugins-fit', title: 'every plugin of the project is here, and fits', look: planned(kinds.plugins) },
  { id: 'disabled-services', title: 'every name in disabled_services is a service', look: planned(kinds.disabled) },
  { id: 'unknown-variables', title: 'every variable that is set is read by somebody', look: planned(kinds.unknown) },
  {
    id: 'configuration',
    title: 'the configuration resolves',
    look: planned((problem) => !Object.values(kinds).some((isOfKind) => isOfKind(problem))),
  },
  {
    id: 'shadowed-variables',
    title: 'no value that somebody set is without effect',
    look: async (facts) => {
      const { values } = await facts.planned();
      return [...values.values()].flatMap((variable) => {
        const lost = variable.shadowed.filter(
          (o) => ['file', 'environment'].includes(o.kind) && o.value !== variable.origin.value,
        );
        return lost.map((origin): Finding => {
          const { value, place, layer } = shownOrigin(variable, origin, false);
          return {
            severity: 'info',
            title: `${variable.name} is ${shownValue(variable, false)}, by ${variable.origin.layer}; what ${layer} says has no effect`,
            evidence: `${place?.line === undefined ? layer : formatPlace({ file: place.file, line: place.line })}: ${value}`,
            next: `coog config:explain ${variable.name}`,
          };
        });
      });
    },
  },
  {
    id: 'host-services',
    title: 'services of this machine can be reached from containers',
    look: async (facts) => {
      const { isOn } = await import('../../configuration/index.ts');
      const { values } = await facts.planned();
      const users = [...values.values()].filter(
        (v) => /host\.docker\.internal/.test(v.value) && v.origin.kind !== 'default',
      );
      const local = [...values.values()].filter(
        (v) => isAddress(v.name) && v.origin.kind !== 'default' && isLoopback(v.value),
      );
      return [
        ...(users.length > 0 && !isOn(values, 'ENABLE_HOST_NETWORK_INTEGRATION')
          ? [withoutIntegration(users[0]?.name ?? '')]
          : []),
        ...local.map(({ name, value }) => insideContainer(name, value)),
      ];
    },
  },
  { id: 'time-zone', title: 'the time zone exists, and is that of this machine', look: timeZone },
  {
    id: 'host-name',
    title: 'the host name of the project is known to this machine',
    look: async (facts) => {
      const name = await facts.value('PROJECT_HOSTNAME');
      if (name === '' || /(^|\.)localhost$/.test(name)) return [];
      const found = await lookup(name).catch((error: NodeJS.ErrnoException) => error);
      if (!(found instanceof Error)) return [];
      const title = `nobody knows the address of ${name}, by which people open the project`;
      return [{ severity: 'warning', title, evidence: found.message, next: 'coog config:explain PROJECT_HOSTNAME' }];
    },
  },
];

const isAddress = (name: string): boolean => /_(HOST|URL|URI)$/.test(name) && !/EXTERNAL|BASE|PUBLIC|ORIGIN/.test(name);
const isLoopback = (value: string): boolean =>
  /^(?:[a-z+]+:\/\/(?:[^@/]*@)?)?(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?:[:/]|$)/.test(value);

const withoutIntegration = (name: string): Finding => ({
  severity: 'error',
  title: `${name} names host.docker.internal, which containers do not know`,
  evidence: 'ENABLE_HOST_NETWORK_INTEGRATION is off',
  next: 'coog config:set ENABLE_HOST_NETWORK_INTEGRATION=1',
});

const insideContainer = (name: string, value: string): Finding => ({
  severity: 'error',
  title: `${name} names this machine as localhost, which in a container is the container itself`,
  evidence: value.replace(/:\/\/[^@/]*@/, '://'),
  next: `coog config:set ENABLE_HOST_NETWORK_INTEGRATION=1 and write host.docker.internal into ${name}; the server must listen on all addresses`,
});

async function timeZone(facts: Facts): Promise<Finding[]> {
  const zone = await facts.value('COOG_TIMEZONE');
  if (!isZone(zone)) {
    const title = `COOG_TIMEZONE is ${zone}, which the tz database does not have: containers take UTC`;
    return [{ severity: 'error', title, next: 'coog config:set CUSTOM_COOG_TIMEZONE=Europe/Paris' }];
  }
  const own = await zoneOfMachine();
  if (own === undefined || sameTime(zone, own, facts.now)) return [];
  const title = `the project lives in ${zone}, this machine in ${own}: times in logs differ`;
  return [{ severity: 'info', title, next: `coog config:set CUSTOM_COOG_TIMEZONE=${own}` }];
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

/** Not by Node, which lets the variable TZ of the shell win. */
async function zoneOfMachine(): Promise<string | undefined> {
  const link = await realpath('/etc/localtime').catch(() => '');
  const zone =
    /zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(link)?.[1] ??
    (await readFile('/etc/timezone', 'utf8').catch(() => '')).trim();
  return isZone(zone) ? zone : undefined;
}

function sameTime(a: string, b: string, at: Date): boolean {
  const shown = (timeZone: string) => at.toLocaleString('sv-SE', { timeZone });
  return shown(a) === shown(b);
}
