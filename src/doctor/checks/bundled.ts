import type { Plan } from '../../plan/index.ts';

/** Variables of a server count where some service of the plan is given them: an SFTP server that is off has no password. */
export function isBundled(plan: Plan, name: string): boolean {
  const used = new RegExp(`\\$\\{?${name}\\b`);
  const direct = (text: string): boolean => used.test(text);
  const definitions = [...plan.services.map((s) => s.definition), ...Object.values(plan.userServices)];
  if (definitions.some((definition) => direct(JSON.stringify(definition)))) return true;
  const made = [...plan.values.values()].filter((v) => v.name !== name && direct(v.declaration?.default ?? ''));
  return made.some((v) => isBundled(plan, v.name));
}
