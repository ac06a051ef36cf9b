import { type Document, isMap, Document as YamlDocument } from 'yaml';
import { mergeDefinitions } from './merge.ts';
import type { PlannedService, ServiceDefinition } from './types.ts';

export interface ComposeFileInput {
  readonly services: readonly PlannedService[];
  /** What every service gets unless it says otherwise (logging, host integration). */
  readonly common: ServiceDefinition;
  /** Services of the user's own files: they get the common part by a stub, which their own file, merged later, overrides. */
  readonly userServices: Readonly<Record<string, ServiceDefinition>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly header: string;
}

/** Attributes in the order in which people read them; the rest follows by name. */
const order = [
  'image',
  'build',
  'user',
  'entrypoint',
  'command',
  'restart',
  'depends_on',
  'env_file',
  'environment',
  'volumes',
  'ports',
  'networks',
  'healthcheck',
  'labels',
];

/** The one generated compose file. Same input, same bytes. */
export function renderComposeFile(input: ComposeFileInput): string {
  const stubs = Object.keys(input.common).length > 0 ? Object.keys(input.userServices) : [];
  const planned = new Map(input.services.map((s) => [s.name, s]));
  const names = [...new Set([...planned.keys(), ...stubs])].sort();
  const model = {
    services: Object.fromEntries(
      names.map((name) => {
        const own = planned.get(name)?.definition ?? {};
        return [name, sorted(mergeDefinitions(commonFor(own, input.userServices[name], input.common), own))];
      }),
    ),
    ...(Object.keys(input.networks).length > 0 ? { networks: input.networks } : {}),
    ...(Object.keys(input.volumes).length > 0 ? { volumes: input.volumes } : {}),
  };
  const document = new YamlDocument(model, { aliasDuplicateObjects: false, version: '1.1' });
  document.commentBefore = input.header
    .split('\n')
    .map((line) => ` ${line}`)
    .join('\n');
  commentOrigins(document, planned);
  return document.toString({ lineWidth: 0, singleQuote: false });
}

/** Docker refuses host names of its own for a container that lives in the network of another. */
function commonFor(
  own: ServiceDefinition,
  user: ServiceDefinition | undefined,
  common: ServiceDefinition,
): ServiceDefinition {
  if (!/^(service|container):/.test(String(user?.network_mode ?? own.network_mode ?? ''))) return common;
  const { extra_hosts: _, ...rest } = common;
  return rest;
}

function commentOrigins(document: Document, planned: ReadonlyMap<string, PlannedService>): void {
  const services = document.get('services');
  if (!isMap(services)) return;
  for (const item of services.items) {
    const key = item.key as { value?: unknown; commentBefore?: string };
    const service = planned.get(String(key.value));
    const patched = service && service.patchedBy.length > 0 ? `, changed by ${service.patchedBy.join(', ')}` : '';
    key.commentBefore = service
      ? ` ${service.fragment} of ${service.owner}${patched}`
      : ' of your own files; only what every service gets stands here';
  }
}

function sorted(definition: ServiceDefinition): ServiceDefinition {
  const rank = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.fromEntries(Object.entries(definition).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1)));
}
