import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

/** What the repository ships and what the facts say, read from disk as plain data. */

export type Data = Record<string, unknown>;

export interface Service extends Data {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { condition: string }>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly healthcheck?: Data & { readonly test: readonly string[] };
}

export interface ShippedFragment {
  /** `group/service` */
  readonly name: string;
  readonly text: string;
  readonly notes: Data & { readonly template?: string; readonly role?: string; readonly 'one-shot'?: boolean };
  readonly services: Readonly<Record<string, Service>>;
}

export interface Fact extends Data {
  readonly legacy_name: string;
  readonly shares?: string;
  readonly waits_for?: Readonly<Record<string, 'started' | 'completed_successfully'>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly route?: {
    readonly paths: readonly string[];
    readonly strip_prefix?: string;
    readonly rewrite_from?: string;
    readonly rewrite_to?: string;
  };
}

export interface ShippedVariable extends Data {
  readonly default?: string;
  readonly 'set-by'?: readonly string[];
  readonly new?: boolean;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

function fragmentsBelow(folder: string): ShippedFragment[] {
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.name.endsWith('.yml'))
    .map((file) => {
      const path = join(file.parentPath, file.name);
      const text = readFileSync(path, 'utf8');
      const model = parse(text) as Data;
      return {
        name: relative(join(root, folder), path).replace(/\.yml$/, ''),
        text,
        notes: (model['x-coog'] ?? {}) as ShippedFragment['notes'],
        services: (model.services ?? {}) as ShippedFragment['services'],
      };
    });
}

export const coreFragments = fragmentsBelow('compose');
export const b2cFragments = fragmentsBelow('plugins/b2c/compose');
export const fragments = [...coreFragments, ...b2cFragments, ...fragmentsBelow('plugins/jaeger/compose')];

function variablesOf(path: string): Record<string, ShippedVariable> {
  const { groups } = parse(read(path)) as { groups: Record<string, { variables: Record<string, ShippedVariable> }> };
  return Object.assign({}, ...Object.values(groups).map((g) => g.variables)) as Record<string, ShippedVariable>;
}

export const coreVariables = variablesOf('defaults/variables.yml');
export const b2cVariables = variablesOf('plugins/b2c/variables.yml');
export const variables: Record<string, ShippedVariable> = {
  ...coreVariables,
  ...b2cVariables,
  ...variablesOf('plugins/jaeger/variables.yml'),
};

export const serviceFacts = parse(read('test/fixtures/facts/services.yml')) as Record<string, Fact>;
export const variableFacts = parse(read('test/fixtures/facts/variables.yml')) as Record<string, Record<string, Data>>;

const replaced = new Set(['command', 'entrypoint', 'env_file']);

function merge(base: Data, over: Data): Data {
  const merged: Data = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = base[key];
    if (Array.isArray(below) && Array.isArray(value) && !replaced.has(key))
      merged[key] = [...new Set([...below, ...value])];
    else if (below && value && typeof value === 'object' && !Array.isArray(value))
      merged[key] = merge(below as Data, value as Data);
    else merged[key] = value;
  }
  return merged;
}

/** The service of a fragment with its template under it. */
export function whole(fragment: ShippedFragment): { name: string; service: Service } {
  const [[name, service] = ['', {}]] = Object.entries(fragment.services);
  const template = fragments.find((f) => f.name === fragment.notes.template);
  return { name, service: template ? (merge(Object.values(template.services)[0] ?? {}, service) as Service) : service };
}
