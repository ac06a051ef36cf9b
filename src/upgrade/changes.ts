import { expand, parseTemplate } from '../configuration/index.ts';
import type { Plan, Planned } from '../plan/index.ts';
import type { VariableChange } from './journal.ts';

export interface ImageChange {
  readonly service: string;
  readonly from: string | undefined;
  readonly to: string;
  /** Built on this machine, so that no registry is asked for it. */
  readonly built: boolean;
}

type Values = Planned['values'];

/** The variable that holds the version of the back office in this project: its own, or the one for all images. */
export function versionVariable(values: Values): string {
  const own = values.get('IMAGE_VERSION_COOG')?.origin;
  const all = values.get('IMAGE_VERSION_DEFAULT')?.origin;
  return own?.setAs === undefined && all?.setAs === 'IMAGE_VERSION_DEFAULT' ? all.setAs : 'IMAGE_VERSION_COOG';
}

/** What setting some variables means: in the file that holds each, else in env.custom. */
export function variableChanges(values: Values, wanted: ReadonlyMap<string, string>): VariableChange[] {
  return [...wanted].map(([name, to]) => {
    const origin = [...values.values()].find((v) => v.origin.setAs === name)?.origin;
    const own = origin?.kind === 'file' ? origin : undefined;
    return { name, file: own?.place?.file ?? 'env.custom', from: own?.value, to };
  });
}

/** The images that become others, service by service. Pure. */
export function imageChanges(before: Plan, after: Plan): ImageChange[] {
  const old = imagesOf(before);
  return [...imagesOf(after)].flatMap(([service, { image, built }]) => {
    const from = old.get(service)?.image;
    return from === image ? [] : [{ service, from, to: image, built }];
  });
}

function imagesOf(plan: Plan): Map<string, { image: string; built: boolean }> {
  const value = (name: string) => plan.values.get(name)?.value;
  const all = [
    ...plan.services.map(({ name, definition }) => [name, definition] as const),
    ...Object.entries(plan.userServices),
  ];
  return new Map(
    all.flatMap(([name, { image, build }]) =>
      typeof image === 'string'
        ? [[name, { image: expand(parseTemplate(image), value), built: build !== undefined }] as const]
        : [],
    ),
  );
}
