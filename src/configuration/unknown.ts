import type { Problem } from '../shared/problem.ts';
import { closestVariable } from './closest-variable.ts';
import type { Definitions } from './definitions.ts';
import type { ResolveInput } from './resolve.ts';

/**
 * Names in a file that mean nothing. Warnings, not errors: an env.custom that served the scripts may hold what a later
 * version no longer reads, and must go on working.
 */
export function unknownNames(input: ResolveInput, definitions: Definitions): Problem[] {
  const settable = new Set(input.declarations.flatMap((d) => d.setBy));
  const finals = new Map(input.declarations.map((d) => [d.name, d]));
  const referenced = definitions.referenced();
  return [...definitions.names()].flatMap((name): Problem[] => {
    if (settable.has(name) || input.usedByUser.has(name) || referenced.has(name)) return [];
    const definition = definitions.strongest(name);
    if (definition?.layer.kind === 'environment' || !definition) return [];
    const base = { severity: 'warning', place: definition.place } as const;
    const final = finals.get(name);
    if (final)
      return [
        final.setBy[0]
          ? {
              ...base,
              code: 'VARIABLE_NOT_SETTABLE',
              title: `${name} is not read here: it is set by ${final.setBy.join(' or ')}`,
              next: `rename it to ${final.setBy[0]}`,
            }
          : {
              ...base,
              code: 'VARIABLE_NOT_SETTABLE',
              title: `${name} is computed and cannot be set`,
              next: `coog config:explain ${name}`,
            },
      ];
    const plugin = input.elsewhere.get(name);
    if (plugin)
      return [
        {
          ...base,
          code: 'VARIABLE_OF_PLUGIN',
          title: `${name} belongs to ${plugin}, which is not installed`,
          next: `coog plugins:install ${plugin}`,
        },
      ];
    const guess = closestVariable(name, [...settable]);
    return [
      {
        ...base,
        code: 'VARIABLE_UNKNOWN',
        title: `${name} is not a variable of Coog and no file of yours uses it`,
        next: guess ? `did you mean ${guess}?` : 'remove the line, or: coog config:list',
      },
    ];
  });
}
