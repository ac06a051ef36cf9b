import {
  type Fragment,
  type Selection,
  type ServiceDefinition,
  selectServices,
  type UserComposeFile,
} from '../compose/index.ts';
import { isOn, type Values } from '../configuration/index.ts';
import type { LoadedExtension } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import { readDisabled } from './disabled.ts';
import type { Shipped } from './read-shipped.ts';
import type { ResolvedLayers } from './resolve-layers.ts';
import { undeclaredNames } from './shipped-problems.ts';
import type { LeftOut, PlanInput } from './types.ts';
import { userFileProblems } from './user-file-problems.ts';
import { definedByUser, userServices } from './user-services.ts';

export interface Chosen {
  readonly selection: Selection;
  /** Services that the user's own files define whole. */
  readonly userServices: Readonly<Record<string, ServiceDefinition>>;
  readonly userFiles: readonly UserComposeFile[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}

/** Which services there are: the shipped ones that take part, and the user's own. */
export function chooseServices(input: PlanInput, shipped: Shipped, { values, taking }: ResolvedLayers): Chosen {
  const { fragments: everything, elsewhere } = shipped;
  const own = new Set(shipped.userFiles.fragments.map((f) => f.name));
  const services = new Map(everything.map((f) => [f.name, f.service?.name ?? '']));
  const known = { shipped: services, own, elsewhere: elsewhere.fragments };
  const disabled = readDisabled(input.project.disabledServices, known, input.leftOut);
  const user = userServices(shipped.userFiles, disabled.names, everything);
  const owners = new Set(taking.map((e) => e.contributor.name));
  const fragments = everything.filter((f) => owners.has(f.owner));
  const patches = shipped.patches.filter(
    (p) => owners.has(p.owner) && (p.condition === undefined || isOn(values, p.condition)),
  );
  const leftOut = new Set([...disabled.names, ...disabledBy(taking, values)]);
  const selection = selectServices({
    fragments,
    patches,
    disabled: leftOut,
    replaced: user.replaced,
    userServices: user.said,
    userTemplates: user.templates,
    isOn: (name) => isOn(values, name),
    value: (name) => values.get(name)?.value ?? '',
  });
  const selected = new Set(selection.services.map((s) => s.name));
  const defined = definedByUser(user.said, selected);
  const running = new Set([...selected, ...Object.keys(defined)]);
  const usable = fragments.filter((f) => !leftOut.has(f.name) && !user.replaced.has(f.name));
  const whyLeftOut = ({ name, owner, notes }: Fragment): string => {
    if (!owners.has(owner)) return `${owner} takes no part`;
    if (user.replaced.has(name)) return 'replaced by a file of yours';
    if (leftOut.has(name)) return disabled.names.has(name) ? 'in disabled_services' : 'disabled by a plugin';
    if (notes.condition !== undefined && !isOn(values, notes.condition)) return `${notes.condition} is off`;
    return `${notes.onlyWith ?? 'what it belongs to'} takes no part`;
  };
  return {
    selection,
    userServices: defined,
    userFiles: user.files,
    leftOut: everything
      .filter((f) => f.service && f.notes.role === undefined && !selected.has(f.service.name))
      .map((f) => ({ fragment: f.name, service: f.service?.name ?? '', why: whyLeftOut(f) })),
    problems: [
      ...disabled.problems,
      ...user.problems,
      ...undeclaredNames(input.extensions, usable, patches, values),
      ...selection.problems,
      ...userFileProblems(user.files, running, values, everything, elsewhere.services),
    ],
  };
}

const disabledBy = (extensions: readonly LoadedExtension[], values: Values): string[] =>
  extensions
    .flatMap((e) => e.extension.disables ?? [])
    .flatMap((d) => (typeof d === 'string' ? [d] : isOn(values, d.when) ? [d.fragment] : []));
