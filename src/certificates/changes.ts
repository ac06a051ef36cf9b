import type { Values } from '../configuration/index.ts';
import { type Plan, receivedBy } from '../plan/index.ts';
import type { Problem } from '../shared/problem.ts';

export interface ValueChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Variables whose value is another one in the second plan, without secrets. Pure. */
export function changedValues(before: Plan, after: Plan): ValueChange[] {
  return [...after.values.values()]
    .filter(({ declaration }) => declaration !== undefined && !declaration.secret)
    .map(({ name, value }) => ({ name, before: before.values.get(name)?.value ?? '', after: value }))
    .filter((change) => change.before !== change.after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Services that receive one of the variables, and so are made anew. Pure. */
export const receivers = (plan: Plan, names: readonly string[]): string[] =>
  [...new Set(names.flatMap((name) => receivedBy(plan, name).map(({ service }) => service)))].sort();

/** What somebody set by hand and what still says http of this host: it would be refused, or redirected, from then on. Pure. */
export function leftBehind(values: Values): Problem[] {
  const value = (name: string): string => values.get(name)?.value ?? '';
  const hostname = value('PROJECT_HOSTNAME').toLowerCase();
  const isOld = (word: string): boolean => URL.canParse(word) && isPlain(new URL(word), hostname);
  const byHand = [...values.values()].filter(
    ({ origin, declaration, value: text }) =>
      origin.kind === 'file' && declaration && !declaration.secret && text.split(/[\s,;|]+/).some(isOld),
  );
  const problems = byHand.map(
    ({ name, origin, value: text }): Problem => ({
      code: 'HTTPS_LEFT_BEHIND',
      severity: 'warning',
      title: `${name} is set by hand and still says http: ${text}`,
      ...(origin.place ? { place: origin.place } : {}),
      next: `coog config:unset ${origin.setAs ?? name}, or set it to an address of ${value('BASE_URL')}`,
    }),
  );
  const cors = values.get('CORS_WHITELIST');
  const isNamed = cors?.value.split(/[\s,;|]+/).some((word) => word === '*' || word === value('BASE_URL'));
  if (!cors || isNamed || byHand.some(({ name }) => name === 'CORS_WHITELIST')) return problems;
  return [
    ...problems,
    {
      code: 'HTTPS_LEFT_BEHIND',
      severity: 'warning',
      title: `CORS_WHITELIST does not name ${value('BASE_URL')}: browsers would be told "Not allowed by CORS"`,
      ...(cors.origin.place ? { place: cors.origin.place } : {}),
      next: 'coog config:unset CORS_WHITELIST, or add the address to it',
    },
  ];
}

const isPlain = (url: URL, hostname: string): boolean => url.protocol === 'http:' && url.hostname === hostname;
