import type { Place, Problem } from '../shared/problem.ts';
import { whatValueMustBe } from './check.ts';
import type { Definitions } from './definitions.ts';
import { parseTemplate, referencedNames } from './template.ts';
import type { Declaration, ResolvedVariable } from './types.ts';

/** What is wrong with final values: a required one without a value, one that does not fit its type. */
export function valueProblems(variables: readonly ResolvedVariable[], definitions: Definitions): Problem[] {
  const invalid = new Map(
    variables.flatMap((v) => {
      const mustBe = whatValueMustBe(v.declaration ?? { name: v.name, type: 'string' }, v.value);
      return mustBe ? [[v.name, mustBe] as const] : [];
    }),
  );
  const told = new Set<string>();
  return variables.flatMap((variable): Problem[] => {
    const mustBe = invalid.get(variable.name);
    if (mustBe) {
      // Of a pair that stands in for each other, both have the one value that was set: it is told once.
      const cause = variable.origin.setAs ?? variable.name;
      if (followsFromAnother(variable, invalid) || told.has(cause)) return [];
      told.add(cause);
      return [valueInvalid(variable, mustBe)];
    }
    const { declaration, value } = variable;
    return declaration?.required && value === '' ? missing(declaration, definitions) : [];
  });
}

/** A default made of a value that is wrong itself: the cause alone is told. */
const followsFromAnother = ({ origin, declaration }: ResolvedVariable, invalid: ReadonlyMap<string, string>): boolean =>
  origin.kind === 'default' &&
  referencedNames(parseTemplate(declaration?.default ?? '')).some((name) => invalid.has(name));

function valueInvalid({ name, value, secret, origin, declaration }: ResolvedVariable, mustBe: string): Problem {
  const settable = declaration ? declaration.setBy[0] : name;
  const place: Place | undefined = origin.kind === 'default' ? undefined : (origin.place ?? { file: origin.layer });
  return {
    code: 'VALUE_INVALID',
    title: `${origin.setAs ?? name} must be ${mustBe}`,
    ...(secret || value.length > 80 ? {} : { detail: `it is ${JSON.stringify(value)}` }),
    ...(place ? { place } : {}),
    next: settable ? `coog config:set ${origin.setAs ?? settable} VALUE` : `coog config:explain ${name}`,
  };
}

function missing(declaration: Declaration, definitions: Definitions): Problem[] {
  // Of a pair that stands in for each other, one is named.
  if (declaration.alternative && declaration.alternative < declaration.name) return [];
  const name = declaration.setBy[0] ?? declaration.name;
  const either = declaration.alternative ? ` (or ${declaration.alternative})` : '';
  return [
    {
      code: 'VARIABLE_MISSING',
      title: `${name}${either} has no value: ${declaration.description}`,
      ...placeOf(definitions, declaration),
      next: declaration.secret
        ? `coog config:set ${name} --generate`
        : `coog config:set ${name} ${declaration.example ?? 'VALUE'}`,
    },
  ];
}

/** Where the user gave a value for it, when it was in a file. */
export function placeOf(definitions: Definitions, declaration: Declaration): Pick<Problem, 'place'> {
  const place = declaration.setBy.map((name) => definitions.strongest(name)?.place).find((p) => p?.line !== undefined);
  return place ? { place } : {};
}
