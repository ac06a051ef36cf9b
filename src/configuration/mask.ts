import type { Origin, ResolvedVariable } from './types.ts';

export const masked = '********';

export const shownValue = (variable: ResolvedVariable, reveal: boolean): string =>
  variable.secret && !reveal && variable.value !== '' ? masked : variable.value;

export const shownOrigin = (variable: ResolvedVariable, origin: Origin, reveal: boolean): Origin =>
  variable.secret && !reveal && origin.value !== '' ? { ...origin, value: masked } : origin;

/** Takes the values of all secrets out of a text. Short values stay: masking "1" would spoil the text and hide nothing. */
export function maskSecrets(text: string, variables: Iterable<ResolvedVariable>): string {
  const secrets = [...variables].filter((v) => v.secret && v.value.length >= 8).map((v) => v.value);
  return secrets
    .sort((a, b) => b.length - a.length)
    .reduce((result, secret) => result.replaceAll(secret, masked), text);
}
