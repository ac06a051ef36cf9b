import { referencesIn } from '../compose/index.ts';
import { parseTemplate, referencedNames } from '../configuration/index.ts';
import type { Plan } from './types.ts';

/** A service that receives a variable; `through` names the variables on the way, nearest to the service first. */
export interface ReceivedBy {
  readonly service: string;
  readonly through: readonly string[];
}

/** Which services receive a variable, in their own definition or in a value that is made of it. */
export function receivedBy(
  plan: Pick<Plan, 'services' | 'userFiles' | 'values' | 'declarations'>,
  name: string,
): ReceivedBy[] {
  const users = new Map<string, Set<string>>();
  const add = (service: string, names: Iterable<string>) =>
    users.set(service, new Set([...(users.get(service) ?? []), ...names]));
  for (const service of plan.services) add(service.name, referencesIn(service.definition));
  for (const file of plan.userFiles)
    for (const [service, definition] of Object.entries(file.services)) add(service, referencesIn(definition));
  const made = new Map<string, string[]>([[name, []]]);
  for (const [from, through] of made)
    for (const declaration of plan.declarations) {
      const value = plan.values.get(declaration.name);
      if (made.has(declaration.name) || value?.origin.kind !== 'default' || declaration.default === undefined) continue;
      if (referencedNames(parseTemplate(declaration.default)).includes(from))
        made.set(declaration.name, [declaration.name, ...through]);
    }
  return [...users].flatMap(([service, names]) => {
    const found = [...made].find(([variable]) => names.has(variable));
    return found ? [{ service, through: found[1] }] : [];
  });
}
