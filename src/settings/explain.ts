import { closestVariable, type Origin, shownOrigin, shownValue } from '../configuration/index.ts';
import { type Planned, type ReceivedBy, receivedBy } from '../plan/index.ts';
import { ProblemError } from '../shared/problem.ts';

export interface Explanation {
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly type: string;
  readonly secret: boolean;
  readonly owner: string;
  readonly setBy: readonly string[];
  readonly default?: string;
  readonly origin: Origin;
  readonly shadowed: readonly Origin[];
  /** Absent while the project has errors: then nothing is known of services. */
  readonly receivedBy?: readonly ReceivedBy[];
}

/** The variable that a name stands for: a final name, or one that a user sets. @throws ProblemError VARIABLE_UNKNOWN */
export function finalName(planned: Planned, name: string): string {
  if (planned.values.has(name)) return name;
  const declared = planned.declarations.find((d) => d.setBy.includes(name));
  if (declared) return declared.name;
  const guess = closestVariable(name, [...planned.values.keys(), ...planned.declarations.flatMap((d) => d.setBy)]);
  throw new ProblemError({
    code: 'VARIABLE_UNKNOWN',
    title: `${name} is not a variable of this project`,
    next: guess ? `did you mean ${guess}?` : 'coog config:list',
  });
}

/** Where a value comes from and where it goes. */
export function explainVariable(planned: Planned, given: string, reveal: boolean): Explanation {
  const variable = planned.values.get(finalName(planned, given));
  if (!variable) throw new Error(`no value for ${given}`);
  const { declaration } = variable;
  return {
    name: variable.name,
    value: shownValue(variable, reveal),
    description: declaration?.description ?? 'a variable of your own',
    type: declaration?.type ?? 'string',
    secret: variable.secret,
    owner: declaration?.owner ?? 'you',
    setBy: declaration?.setBy ?? [variable.name],
    ...(declaration?.default === undefined ? {} : { default: declaration.default }),
    origin: shownOrigin(variable, variable.origin, reveal),
    shadowed: variable.shadowed.map((origin) => shownOrigin(variable, origin, reveal)),
    ...(planned.plan ? { receivedBy: receivedBy(planned.plan, variable.name) } : {}),
  };
}
