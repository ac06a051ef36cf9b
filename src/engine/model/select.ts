import type { ComposeModel } from './model.ts';

/** The model with only these services, what they depend on, and their networks; all of it when none is named. */
export function selectServices(model: ComposeModel, names: readonly string[]): ComposeModel {
  if (names.length === 0) return model;
  const chosen = new Set<string>();
  const add = (name: string): void => {
    const service = model.services[name];
    if (!service || chosen.has(name)) return;
    chosen.add(name);
    for (const dependency of Object.keys(service.dependsOn)) add(dependency);
  };
  for (const name of names) add(name);
  const services = Object.fromEntries(Object.entries(model.services).filter(([name]) => chosen.has(name)));
  const used = new Set(Object.values(services).flatMap((service) => service.networks));
  const networks = Object.fromEntries(Object.entries(model.networks).filter(([key]) => used.has(key)));
  return { name: model.name, services, networks };
}
