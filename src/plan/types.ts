import type { PlannedService, parseUserFile, ServiceDefinition, UserComposeFile } from '../compose/index.ts';
import type { Declaration, Values } from '../configuration/index.ts';
import type {
  CheckDeclaration,
  Contributed,
  Contributor,
  DatabaseDeclaration,
  LoadedExtension,
  StatusRowsDeclaration,
  TaskDeclaration,
} from '../extension/index.ts';
import type { UserProject } from '../project/index.ts';
import type { Problem } from '../shared/problem.ts';
import type { Parsed } from './read-shipped.ts';

/** A file that configuring makes. `path` is relative to the project; a folder's ends with a slash. */
export interface PlannedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /**
   * `generated`: always what the plan says; an edited one is kept aside. `managed`: a default file, brought up to date until
   * somebody edits it. `initial`: made when missing, never touched afterwards. `folder`: made when missing.
   */
  readonly kind: 'generated' | 'managed' | 'initial' | 'folder';
}

/** A shipped service that takes no part, and why. */
export interface LeftOut {
  readonly fragment: string;
  readonly service: string;
  readonly why: string;
}

/** What a project resolves to, before anything is written. */
export interface Plan {
  readonly folder: string;
  readonly name: string;
  readonly cli: Contributor;
  readonly declarations: readonly Declaration[];
  readonly values: Values;
  readonly services: readonly PlannedService[];
  /** Services that the user's own files define whole. */
  readonly userServices: Readonly<Record<string, ServiceDefinition>>;
  readonly leftOut: readonly LeftOut[];
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  /** What every service gets unless it says otherwise. */
  readonly common: ServiceDefinition;
  /** The user's compose files in the order in which Compose merges them behind the generated one. */
  readonly userFiles: readonly UserComposeFile[];
  /** Default files and env files; the generated ones are made by render. */
  readonly files: readonly PlannedFile[];
  /** Plugins that take part, the core left out, in their order. */
  readonly plugins: readonly Contributor[];
  /** Plugins that the project leaves out for good, by name. */
  readonly disabledPlugins: readonly string[];
  readonly tasks: readonly Contributed<TaskDeclaration>[];
  readonly checks: readonly Contributed<CheckDeclaration>[];
  readonly statusRows: readonly Contributed<StatusRowsDeclaration>[];
  readonly databases: readonly PlannedDatabase[];
  /** Files of rules for anonymising, absolute, those of a plugin sorted by path. */
  readonly anonymisationRules: readonly Contributed<{ readonly path: string }>[];
}

/** A database that a plugin declares, by the name that it has in this project. */
export type PlannedDatabase = Contributed<DatabaseDeclaration>;

export interface PlanInput {
  readonly project: UserProject;
  readonly extensions: readonly LoadedExtension[];
  /** What `parseShipped` makes of the extensions, where it is known already. */
  readonly parsed?: Parsed;
  /** Reads a compose file of the user, in place of `parseUserFile`. */
  readonly parseFile?: typeof parseUserFile;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cli: Contributor;
  /** Plugins that the user leaves out for now: their names are not unknown. */
  readonly leftOut?: ReadonlySet<string>;
  /** Plugins that the project leaves out for good (coog.lock). */
  readonly disabledPlugins?: readonly string[];
  /** Reads a file that a value names; undefined when it is not there. Called for LOGGING_CONFIGURATION_TEMPLATE only. */
  readonly readText: (path: string) => Promise<string | undefined>;
}

/** A plan, with everything that was noticed. `plan` is absent when an error stands among the problems. */
export interface Planned {
  readonly plan?: Plan;
  readonly problems: readonly Problem[];
  /** Values as far as they could be resolved, for commands that only look. */
  readonly values: Values;
  readonly declarations: readonly Declaration[];
  /** What the core and every plugin registered, taking part or not; those that are left out are not among them. */
  readonly extensions?: readonly LoadedExtension[];
  /** Paths of the user's compose files that Compose reads. */
  readonly userFiles: readonly string[];
}
