import { resolve } from 'node:path';
import type { ComposeModel, PreflightOptions } from '../engine/index.ts';
import type { Plan } from '../plan/index.ts';

type Facts = Pick<PreflightOptions, 'roots' | 'portVariables' | 'subnetVariables' | 'postgres'>;

/** What the pre-flight must know of the plan: data folders, and which variable is behind a port, a subnet, an image. */
export function preflightFacts(plan: Plan, model: ComposeModel): Facts & { roots: readonly string[] } {
  const settable = (name: string) => plan.values.get(name)?.declaration?.setBy[0];
  const ofType = (type: string) =>
    [...plan.values.values()].filter((v) => v.declaration?.type === type && v.value !== '');
  const portVariables = new Map(
    ofType('port').flatMap((v) => (settable(v.name) ? [[`${v.value}/tcp`, settable(v.name) ?? ''] as const] : [])),
  );
  const roots = [...plan.values.values()]
    .filter((v) => v.value !== '' && (v.name === 'FILESYSTEM_ROOT' || v.name.endsWith('_VOLUME')))
    .map((v) => resolve(plan.folder, v.value));
  const { postgres } = model.services;
  const data = plan.values.get('POSTGRES_DATA_VOLUME')?.value;
  return {
    roots,
    portVariables,
    ...(postgres?.image && data
      ? {
          postgres: {
            folder: resolve(plan.folder, data),
            image: postgres.image,
            variable: settable('IMAGE_VERSION_POSTGRES') ?? '',
          },
        }
      : {}),
  };
}
