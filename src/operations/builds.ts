import { type ComposeModel, type DockerAccess, missingImages } from '../engine/index.ts';

/** Services whose image is built here and is not there yet. */
export async function absentBuilds(access: DockerAccess, model: ComposeModel): Promise<string[]> {
  const building = Object.entries(model.services).filter(([, s]) => s.build);
  // Asked for as if they were to be pulled: what is absent is what must be built. Without a name it is always built.
  const named = building.flatMap(([name, { build: _, ...service }]) =>
    service.image ? [[name, service] as const] : [],
  );
  const absent = await missingImages(access, { ...model, services: Object.fromEntries(named) });
  const nameless = building.filter(([, s]) => !s.image).map(([name]) => name);
  return [...absent.flatMap((row) => row.services[0] ?? []), ...nameless].sort();
}
