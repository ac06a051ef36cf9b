import type { Place } from '../shared/problem.ts';

/** What a value must look like; checked on the final value, never coerced: containers receive what the user wrote. */
export const variableTypes = [
  'string',
  'boolean',
  'integer',
  'port',
  'url',
  'hostname',
  'subnet',
  'path',
  'duration',
  'name',
  'names',
  'image-tag',
  'enum',
] as const;
export type VariableType = (typeof variableTypes)[number];

/** One declared variable (defaults/variables.yml of the core or of a plugin). */
export interface Declaration {
  readonly name: string;
  readonly group: string;
  readonly description: string;
  readonly type: VariableType;
  /** Names a user may set; the first one with a value wins. Empty: only computed. */
  readonly setBy: readonly string[];
  /** Template: `${OTHER}`, `${OTHER:-x}`, `${OTHER:+x}`, `${OTHER@uri}`, `${OTHER@host}`, `$$`. */
  readonly default?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly values?: readonly string[];
  readonly example?: string;
  /** The value in the plan is `<given>/<COMPOSE_PROJECT_NAME>` (FILESYSTEM_ROOT of the scripts). */
  readonly appendProject: boolean;
  /** Another variable whose user-given value stands in, when this one has none. */
  readonly alternative?: string;
  /** A value that no template can express; see computed.ts. */
  readonly computed?: string;
  /** Read by coog only: it does not land in `.env`. */
  readonly internal: boolean;
  /** The package which declares it. */
  readonly owner: string;
}

/** Part of a value: literal text, or a reference to another variable. */
export type Segment = { readonly text: string } | Reference;

export interface Reference {
  readonly name: string;
  /** `:-` default when empty, `-` default when unset, `:+` and `+` the other way round. */
  readonly operator?: ':-' | '-' | ':+' | '+';
  readonly operand?: readonly Segment[];
  /** `uri`: percent-encoded; `host`: an IPv6 literal gets its brackets. */
  readonly transform?: 'uri' | 'host';
}

export interface Assignment {
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly place: Place;
}

/** One source of values. Layers are handed over weakest first. */
export interface Layer {
  readonly kind: 'plugin' | 'environment' | 'file';
  /** What a person reads: `env.custom`, `process environment`, `@coog/plugin-demo`. */
  readonly label: string;
  readonly assignments: readonly Assignment[];
}

/** Which layer gave a value. */
export interface Origin {
  readonly layer: string;
  readonly kind: Layer['kind'] | 'default';
  /** The name that was set (CUSTOM_POSTGRES_HOST for POSTGRES_HOST). */
  readonly setAs?: string;
  readonly place?: Place;
  readonly value: string;
}

export interface ResolvedVariable {
  readonly name: string;
  readonly value: string;
  readonly secret: boolean;
  readonly origin: Origin;
  /** Other values that were given and lost, strongest first. */
  readonly shadowed: readonly Origin[];
  /** Absent for a variable of the user's own. */
  readonly declaration?: Declaration;
}

export type Values = ReadonlyMap<string, ResolvedVariable>;
