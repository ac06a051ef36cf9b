import type { ResolvedVariable } from '../../configuration/index.ts';
import type { Check, Finding } from '../types.ts';
import { isBundled } from './bundled.ts';

/** What samples and manuals put in the place of a secret. */
const wellKnown =
  /^(change_?me|secret|password|passwd|admin|coog|guest|test|demo|1234\d*|azerty\w*|qwerty\w*|api_token_for_api_user|x+|\.+)$/i;
const SHORT = 12;

export const secretChecks: readonly Check[] = [
  {
    id: 'default-secrets',
    title: 'no secret is one that everybody knows',
    look: async (facts) => {
      const plan = await facts.plan();
      const { planned } = { planned: await facts.planned() };
      const known = settable(planned.values).filter((v) => v.value !== '' && isKnown(v) && isBundled(plan, v.name));
      return known.map(
        (v): Finding => ({
          severity: 'error',
          title: `${v.name} is a secret that everybody knows, ${v.origin.kind === 'default' ? 'the default' : `set by ${v.origin.layer}`}`,
          ...(v.origin.place ? { place: v.origin.place } : {}),
          next: cure(v),
        }),
      );
    },
  },
  {
    id: 'weak-secrets',
    title: 'no secret is short enough to be guessed',
    look: async (facts) => {
      const plan = await facts.plan();
      const weak = settable(plan.values).filter(
        (v) => v.value !== '' && v.value.length < SHORT && !isKnown(v) && isBundled(plan, v.name),
      );
      return weak.map(
        (v): Finding => ({
          severity: 'warning',
          title: `${v.name} has fewer than ${SHORT} characters`,
          ...(v.origin.place ? { place: v.origin.place } : {}),
          next: cure(v),
        }),
      );
    },
  },
  {
    id: 'passphrase',
    title: 'COOG_PASSPHRASE is set: without it, encrypted columns are readable by everybody who has a backup',
    look: async (facts) => {
      if ((await facts.value('COOG_PASSPHRASE')) !== '') return [];
      const title = 'COOG_PASSPHRASE is empty';
      return [{ severity: 'info', title, next: 'coog config:explain COOG_PASSPHRASE' }];
    },
  },
];

/** Secrets that a person sets; those that are made of others are as good as these. */
const settable = (values: ReadonlyMap<string, ResolvedVariable>): ResolvedVariable[] =>
  [...values.values()].filter(
    ({ secret, declaration }) => secret && (declaration?.setBy.length ?? 0) > 0 && !isMade(declaration?.default),
  );

/** `MONGODB_URI` and others have a default that is put together from other variables. */
const isMade = (text: string | undefined): boolean => text?.includes('${') ?? false;

const isKnown = ({ value, origin }: ResolvedVariable): boolean => origin.kind === 'default' || wellKnown.test(value);

const cure = ({ name, declaration }: ResolvedVariable): string => {
  const set = declaration?.setBy[0] ?? name;
  return /PASSWORD/.test(name) && !/SFTP/.test(name)
    ? `change it on the server first, then: coog config:set ${set} - < FILE`
    : `coog config:set ${set} --generate`;
};
