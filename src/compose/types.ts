import type { Place } from '../shared/problem.ts';

/** A service of a compose file, as plain data. */
export type ServiceDefinition = Readonly<Record<string, unknown>>;

/** What only coog needs, from a fragment's `x-coog`. */
export interface FragmentNotes {
  readonly description?: string;
  /** `template`: others build on it; `foundation`: it has no service, only networks or volumes. */
  readonly role?: 'template' | 'foundation';
  /** The template that the service builds on, as `group/name`. */
  readonly template?: string;
  /** A switch: the fragment is selected only while this variable is true. */
  readonly condition?: string;
  /** Another fragment, as `group/name`: this one is selected only while that one is. */
  readonly onlyWith?: string;
  /** The service is the server that this variable names; nobody waits for it when another host is named. */
  readonly bundled?: string;
  readonly urls?: readonly string[];
  /** It ends by itself. */
  readonly oneShot?: boolean;
}

/** A compose file that defines one service, shipped by the core or by a plugin. */
export interface Fragment {
  /** `group/service` */
  readonly name: string;
  readonly owner: string;
  readonly path: string;
  readonly notes: FragmentNotes;
  /** Absent for a foundation. */
  readonly service?: { readonly name: string; readonly definition: ServiceDefinition };
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly references: readonly InterpolationReference[];
}

/** Changes of services of others, by service. */
export interface Patch {
  readonly owner: string;
  readonly path: string;
  /** A switch: the patch counts only while this variable is true. */
  readonly condition?: string;
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly references: readonly InterpolationReference[];
}

/** A service of a plan, before Compose has merged the user's files into it. */
export interface PlannedService {
  readonly name: string;
  readonly fragment: string;
  readonly owner: string;
  readonly definition: ServiceDefinition;
  readonly oneShot: boolean;
  readonly urls: readonly string[];
  readonly patchedBy: readonly string[];
}

/** A compose file of the user's, read: what it defines and what it refers to. */
export interface UserComposeFile {
  readonly path: string;
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  /** Where each service of it begins. */
  readonly places: ReadonlyMap<string, Place>;
  readonly references: readonly InterpolationReference[];
}

/** A `${NAME}` that Compose fills in. */
export interface InterpolationReference {
  readonly name: string;
  /** It has a default of its own (`${NAME:-x}`), so nobody has to set it. */
  readonly optional: boolean;
  readonly place: Place;
}
