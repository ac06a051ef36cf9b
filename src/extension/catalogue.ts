/**
 * Everything by which a plugin can extend coog, in one place. A plugin's `coog:extension` hook returns an `Extension`:
 * data only. Paths are relative to the plugin's own root and may not leave it. What a task runs is loaded when its
 * moment comes, so that a hook costs less than a millisecond.
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
}

export const taskMoments = ['prepare'] as const;
/** `prepare`: `coog up` has a plan and has changed nothing yet; a task may set variables, then the plan is made anew. */
export type TaskMoment = (typeof taskMoments)[number];

export interface TaskDeclaration {
  readonly id: string;
  readonly moment: TaskMoment;
  /** What a person reads while it runs. */
  readonly title: string;
  /** Module with a default export of type `Task`. */
  readonly module: string;
}

export interface TaskContext {
  /** The project's folder. */
  readonly folder: string;
  /** Final values, by final name. */
  readonly value: (name: string) => string | undefined;
  /** Services that the plan starts, by name, with the image of each. */
  readonly images: ReadonlyMap<string, string>;
  /** Sets a variable in env.custom; the plan is made anew afterwards. */
  readonly setVariable: (name: string, value: string) => Promise<void>;
  /** Starts a program in the controlled environment of the engine; rejects when it fails. */
  readonly run: (command: string, args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Tells the user; goes to standard error. */
  readonly say: (message: string) => void;
}

export interface RunOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  readonly input?: string;
}

export type Task = (context: TaskContext) => Promise<void>;

/** Who registers: the package, as oclif knows it. */
export interface Contributor {
  readonly name: string;
  readonly version: string;
  readonly root: string;
}

export interface Registration {
  readonly contributor: Contributor;
  readonly extension: Extension;
}
