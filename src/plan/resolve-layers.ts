import { isOn, resolve, type Values } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import { environmentLayer, lostValues, pluginLayers } from './layers.ts';
import type { Shipped } from './read-shipped.ts';
import type { PlanInput } from './types.ts';

export interface ResolvedLayers {
  readonly values: Values;
  /** Extensions without a switch, and those whose switch is on. */
  readonly taking: readonly LoadedExtension[];
}

/** Gives every variable its value. An extension with a switch takes part, with its own values, while the switch is on. */
export function resolveLayers(
  input: PlanInput,
  shipped: Shipped,
): ResolvedLayers & { readonly problems: readonly Problem[] } {
  const { declarations, elsewhere } = shipped;
  const settable = new Set(declarations.flatMap((d) => d.setBy));
  const userFiles = [...shipped.userFiles.fragments.map((f) => f.file), ...shipped.userFiles.overrides];
  const usedByUser = new Set(userFiles.flatMap((f) => f.references.map((r) => r.name)));
  const resolveWith = (extensions: readonly LoadedExtension[]) =>
    resolve({
      declarations,
      layers: [
        ...pluginLayers(extensions, settable),
        environmentLayer(input.environment, declarations),
        ...shipped.fileLayers,
      ],
      environment: input.environment,
      usedByUser,
      elsewhere: elsewhere.variables,
    });
  const always = input.extensions.filter((e) => e.extension.enabledBy === undefined);
  const switches = always.length === input.extensions.length ? undefined : resolveWith(always).values;
  const taking = input.extensions.filter(
    ({ extension: { enabledBy } }) => enabledBy === undefined || (switches !== undefined && isOn(switches, enabledBy)),
  );
  const { values, problems } = resolveWith(taking);
  return { values, taking, problems: [...problems, ...lostValues(taking, settable, elsewhere.variables)] };
}
