/**
 * Everything by which a plugin can extend coog, in one place. A plugin's `coog:extension` hook returns an `Extension`:
 * data only. Paths are relative to the plugin's own root and may not leave it. Modules are loaded when their moment
 * comes, so that a hook costs less than a millisecond. Commands are no part of it: they are oclif's own (`oclif.commands`
 * of the plugin's package). What each is good for, with examples: docs/plugins.md.
 *
 * Order: the core, then the plugins by `after`/`before`, then by name; within a plugin the order of its lists.
 */

/** The version of this contract. A plugin made for a newer one is refused. */
export const apiVersion = 1;

export const extensionHook = 'coog:extension';

export interface Extension {
  readonly apiVersion: number;
  /** Versions of @coog/cli that the plugin works with (semver range). */
  readonly cli?: string;
  /** Names of plugins that this one comes after or before; then the name decides. */
  readonly after?: readonly string[];
  readonly before?: readonly string[];
  /** A switch: the extension takes part only while this variable is true. Its variables are declared all the same. */
  readonly enabledBy?: string;
  /** Folder of fragments; `group/service.yml` in it is the fragment `group/service`. */
  readonly fragments?: string;
  /** Folder of compose files that change services of others; same names as fragments, merged in order. */
  readonly patches?: string;
  /** File of declarations. */
  readonly variables?: string;
  /** Values for declared variables, set by their user-settable names; every layer of the user is stronger. */
  readonly values?: Readonly<Record<string, string>>;
  /** Folder that holds `defaults/` files; `files.yml` in it says where each goes. */
  readonly defaults?: string;
  /** Fragments that are left out while this extension takes part, some only while a switch is on. */
  readonly disables?: readonly (string | { readonly fragment: string; readonly when: string })[];
  /** Work at a moment of a deployment's life. */
  readonly tasks?: readonly TaskDeclaration[];
  /** What `coog doctor` looks at besides. */
  readonly checks?: readonly CheckDeclaration[];
  /** What `coog status` shows besides. */
  readonly statusRows?: readonly StatusRowsDeclaration[];
  /** Databases besides those of the back office, offered to `coog db:*`. */
  readonly databases?: readonly DatabaseDeclaration[];
  /** Folder of rules for anonymising (YAML), read by @coog/plugin-anonymize; the core only gathers their paths. */
  readonly anonymisationRules?: string;
}

/**
 * - `prepare`: `coog up` has a plan and has changed nothing; a task may set variables, then the plan is made anew
 * - `before-up`: files are written, everything was looked at, images are there; no container was touched
 * - `after-up`: every service is healthy; with `--no-wait` they are starting. Not in the foreground, which ends with the project
 * - `before-down`, `after-down`: around the removal of the containers
 * - `before-update`, `before-load`: checked and confirmed, nothing stopped; `database` is the one that is to be replaced
 * - `after-update`, `after-load`: the new database has the name, its clients are healthy
 *
 * A `prepare` or `before-…` task that throws stops the operation before it changed anything. Then all `after-…` tasks run;
 * one that throws makes the command end with exit code 1, and what was done stays.
 */
export type TaskMoment = 'prepare' | `${'before' | 'after'}-${'up' | 'down' | 'update' | 'load'}`;
export const taskMoments: readonly TaskMoment[] = [
  'prepare',
  'before-up',
  'after-up',
  'before-down',
  'after-down',
  'before-update',
  'after-update',
  'before-load',
  'after-load',
];

export interface TaskDeclaration {
  /** Letters, digits and dashes; unique among the tasks of the plugin. */
  readonly id: string;
  readonly moment: TaskMoment;
  /** What a person reads while it runs. */
  readonly title: string;
  /** Module with a default export of type `Task`. */
  readonly module: string;
}

/** What every module of a plugin is given. */
export interface ModuleContext {
  /** The project's folder. */
  readonly folder: string;
  /** Final values, by final name. */
  readonly value: (name: string) => string | undefined;
  /** Services that the plan starts, by name, with the image of each. */
  readonly images: ReadonlyMap<string, string>;
  /** Starts a program in the controlled environment of the engine; rejects when it fails. Ends with `signal`. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Aborted when the user interrupts, or when the time of a check or of rows is over. */
  readonly signal: AbortSignal;
}

export interface TaskContext extends ModuleContext {
  readonly moment: TaskMoment;
  /** The database of an update or a load. */
  readonly database?: string;
  /** Sets a variable in env.custom; the plan is made anew afterwards. In `prepare` only; rejects in other moments. */
  readonly setVariable: (name: string, value: string) => Promise<void>;
  /** Tells the user; goes to standard error. */
  readonly say: (message: string) => void;
}

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly input?: string;
}

export type Task = (context: TaskContext) => Promise<void>;

export interface CheckDeclaration {
  /** As of a task; shown as `<plugin>/<id>`, stable: scripts may look for it. */
  readonly id: string;
  /** What is looked at, in words. */
  readonly title: string;
  /** Module with a default export of type `Check`. */
  readonly module: string;
}

/** Looks, and changes nothing. One that throws, takes too long or returns something else is told as an error of its own. */
export type Check = (context: CheckContext) => Promise<readonly CheckResult[]>;

export type CheckContext = ModuleContext;

export const checkSeverities = ['ok', 'info', 'warning', 'error'] as const;
export type CheckSeverity = (typeof checkSeverities)[number];

export interface CheckResult {
  readonly severity: CheckSeverity;
  /** What was found, one sentence. Never the value of a secret. */
  readonly title: string;
  /** By what one can see it: a line of a log, a number. */
  readonly evidence?: string;
  /** One command that mends it. */
  readonly fix?: string;
}

export interface StatusRowsDeclaration {
  readonly id: string;
  /** Module with a default export of type `StatusRows`. */
  readonly module: string;
}

/** What a plugin knows of the running project. Gets 2 seconds; without an answer its row says `unknown`. */
export type StatusRows = (context: StatusContext) => Promise<readonly StatusRow[]>;

export type StatusContext = ModuleContext;

export interface StatusRow {
  readonly name: string;
  /** One word: `running`, `off`. */
  readonly state: string;
  readonly detail: string;
}

export interface DatabaseDeclaration {
  /** `${VARIABLE}`, or a name. Empty: there is no such database in this project. */
  readonly name: string;
  readonly kind: DatabaseKind;
  readonly description: string;
  /** Services that must stop while it is swapped. */
  readonly clients: readonly string[];
  /** Its server, by `${VARIABLE}`s; absent: the one of the back office. */
  readonly server?: DatabaseServerDeclaration;
}

export const databaseKinds = ['postgresql'] as const;
export type DatabaseKind = (typeof databaseKinds)[number];

export interface DatabaseServerDeclaration {
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
}

/** Who registers: the package, as oclif knows it. */
export interface Contributor {
  readonly name: string;
  readonly version: string;
  readonly root: string;
}

/** Something of a list, with the plugin that it is of. */
export type Contributed<T> = T & { readonly contributor: Contributor };

export interface Registration {
  readonly contributor: Contributor;
  readonly extension: Extension;
}
