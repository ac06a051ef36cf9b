import { isAbsolute, normalize } from 'node:path';
import { databaseKinds, type Extension, taskMoments } from './catalogue.ts';

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Test = (value: unknown) => boolean;

const isListOf =
  (fits: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(fits);

/** A path that stays inside of the plugin. */
const isInside: Test = (value) => isText(value) && !isAbsolute(value) && !/^\.\.([/\\]|$)/.test(normalize(value));

const isOneOf =
  (words: readonly string[]): Test =>
  (value) =>
    words.includes(value as string);

const isId: Test = (value) => isText(value) && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(value);

/** A record of these properties and no others: a misspelt one would be silently without effect. */
const isRecordOf =
  (required: Readonly<Record<string, Test>>, optional: Readonly<Record<string, Test>> = {}): Test =>
  (value) =>
    isRecord(value) &&
    Object.keys(value).every((key) => Object.hasOwn(required, key) || Object.hasOwn(optional, key)) &&
    Object.entries(required).every(([key, fits]) => fits(value[key])) &&
    Object.entries(optional).every(([key, fits]) => value[key] === undefined || fits(value[key]));

/** Entries of which each has an id of its own. */
const isListById = (fits: Test): Test => {
  const isList = isListOf(fits);
  return (value) => {
    if (!isList(value)) return false;
    const ids = (value as { id: string }[]).map(({ id }) => id);
    return new Set(ids).size === ids.length;
  };
};

const isDisabling: Test = (value) => isText(value) || isRecordOf({ fragment: isText, when: isText })(value);

const isServer = isRecordOf({ host: isText, port: isText, user: isText, password: isText });

/** What each property of an extension must be, by a test and in words. */
export const shapes: Readonly<Record<keyof Extension, { readonly fits: Test; readonly means: string }>> = {
  apiVersion: { fits: (v) => Number.isInteger(v) && (v as number) > 0, means: 'a whole number from 1' },
  cli: { fits: isText, means: 'a semver range' },
  after: { fits: isListOf(isText), means: 'a list of plugin names' },
  before: { fits: isListOf(isText), means: 'a list of plugin names' },
  enabledBy: { fits: (v) => isText(v) && /^[A-Z][A-Z0-9_]*$/.test(v), means: 'the name of a variable' },
  fragments: { fits: isInside, means: 'a folder inside of the plugin' },
  patches: { fits: isInside, means: 'a folder inside of the plugin' },
  variables: { fits: isInside, means: 'a file inside of the plugin' },
  values: {
    fits: (v) => isRecord(v) && Object.values(v).every((x) => typeof x === 'string'),
    means: 'texts by variable name',
  },
  defaults: { fits: isInside, means: 'a folder inside of the plugin' },
  disables: { fits: isListOf(isDisabling), means: 'a list of fragments (group/service), or of {fragment, when}' },
  tasks: {
    fits: isListById(isRecordOf({ id: isId, moment: isOneOf(taskMoments), title: isText, module: isInside })),
    means: `a list of {id, moment (${taskMoments.join(', ')}), title, module}, each id once`,
  },
  checks: {
    fits: isListById(isRecordOf({ id: isId, title: isText, module: isInside })),
    means: 'a list of {id, title, module}, each id once',
  },
  statusRows: {
    fits: isListById(isRecordOf({ id: isId, module: isInside })),
    means: 'a list of {id, module}, each id once',
  },
  databases: {
    fits: isListOf(
      isRecordOf(
        { name: isText, kind: isOneOf(databaseKinds), description: isText, clients: isListOf(isText) },
        { server: isServer },
      ),
    ),
    means: `a list of {name, kind (${databaseKinds.join(', ')}), description, clients, server? {host, port, user, password}}`,
  },
  anonymisationRules: { fits: isInside, means: 'a folder inside of the plugin' },
};
