import { maskNames } from './types.ts';

export interface Fault {
  readonly message: string;
  readonly keys: readonly string[];
}

type Map = Record<string, unknown>;
const isMap = (value: unknown): value is Map => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
const isWhen = (value: unknown): boolean => isMap(value) && isTexts(value.tables) && Object.keys(value).length === 1;

/** What is wrong with the contents of a rule file: unknown keys are refused, as a slip of the pen would leave data as it is. */
export function shapeFaults(content: unknown): Fault[] {
  if (!isMap(content)) return [{ message: 'a rule file is a mapping', keys: [] }];
  const faults = [
    ...unknownKeys(content, ['version', 'name', 'description', 'when', 'keep-lists', 'tables', 'large-objects'], []),
  ];
  const say = (ok: boolean, message: string, ...keys: string[]): void => void (ok || faults.push({ message, keys }));
  say(content.version === 1, 'version must be 1', 'version');
  say(typeof content.name === 'string' && content.name !== '', 'name must say what the rules are for', 'name');
  say([undefined, 'exists'].includes(content.when as string), 'when can be "exists" only', 'when');
  const objects = content['large-objects'];
  say([undefined, 'delete', 'keep'].includes(objects as string), 'large-objects is delete or keep', 'large-objects');
  for (const [key, of] of [
    ['keep-lists', listFaults],
    ['tables', tableFaults],
  ] as const) {
    const entries = content[key];
    if (entries === undefined) continue;
    if (!isMap(entries)) faults.push({ message: `${key} must be a mapping`, keys: [key] });
    else for (const [name, entry] of Object.entries(entries)) faults.push(...of(entry, [key, name]));
  }
  return faults;
}

function listFaults(list: unknown, keys: string[]): Fault[] {
  if (!isMap(list)) return [{ message: 'a keep list is a mapping', keys }];
  const faults = unknownKeys(list, ['query', 'when', 'except', 'enabled', 'at-most'], keys);
  const say = (ok: boolean, message: string, key: string): void =>
    void (ok || faults.push({ message, keys: [...keys, key] }));
  say(
    [undefined, 'string'].includes(list.query === undefined ? undefined : typeof list.query),
    'query must be text',
    'query',
  );
  say(list.when === undefined || isWhen(list.when), 'when must be {tables: [NAME, …]}', 'when');
  say(list.enabled === undefined || typeof list.enabled === 'boolean', 'enabled must be true or false', 'enabled');
  const part = list['at-most'];
  say(part === undefined || (typeof part === 'number' && part >= 0 && part <= 1), 'at-most is from 0 to 1', 'at-most');
  const excepts = list.except;
  const good = (e: unknown): boolean =>
    isMap(e) && typeof e.query === 'string' && (e.when === undefined || isWhen(e.when));
  say(
    excepts === undefined || (Array.isArray(excepts) && excepts.every(good)),
    'except is a list of {query, when}',
    'except',
  );
  return faults;
}

function tableFaults(table: unknown, keys: string[]): Fault[] {
  if (!isMap(table)) return [{ message: 'a table has rows, keep or columns', keys }];
  const faults = unknownKeys(table, ['when', 'rows', 'keep', 'columns', 'unless'], keys);
  const say = (ok: boolean, message: string, key: string): void =>
    void (ok || faults.push({ message, keys: [...keys, key] }));
  say([undefined, 'exists'].includes(table.when as string), 'when can be "exists" only', 'when');
  const { rows } = table;
  const isCondition = isMap(rows) && typeof rows.delete === 'string' && Object.keys(rows).length === 1;
  say(
    rows === undefined || ['truncate', 'delete', 'keep'].includes(rows as string) || isCondition,
    'rows is truncate, delete, keep or {delete: CONDITION}',
    'rows',
  );
  say(table.keep === undefined || isTexts(table.keep), 'keep is a list of columns', 'keep');
  say(unlessIsGood(table.unless), UNLESS, 'unless');
  if (table.columns !== undefined && !isMap(table.columns)) say(false, 'columns must be a mapping', 'columns');
  else
    for (const [column, rule] of Object.entries(table.columns ?? {})) {
      faults.push(...columnFaults(rule, [...keys, 'columns', column]));
      say(
        !(isTexts(table.keep) && table.keep.includes(column)),
        `${column} stands below keep and below columns`,
        'keep',
      );
    }
  return faults;
}

const UNLESS = 'unless is a list of keep lists: NAME or {list: NAME, by: COLUMN}';
const unlessIsGood = (unless: unknown): boolean =>
  unless === undefined ||
  (Array.isArray(unless) &&
    unless.every((u) => typeof u === 'string' || (isMap(u) && typeof u.list === 'string' && typeof u.by === 'string')));

const simple: readonly unknown[] = ['keep', 'null', 'empty', ...maskNames];
const isMask = (name: unknown): boolean => maskNames.includes(name as never);

function columnFaults(rule: unknown, keys: string[]): Fault[] {
  if (typeof rule === 'string')
    return simple.includes(rule) ? [] : [{ message: `"${rule}" is no mask, and none of keep, null, empty`, keys }];
  if (!isMap(rule)) return [{ message: 'a column has a word, {mask: …}, {set: …} or {clear: …}', keys }];
  const which = ['mask', 'set', 'clear'].filter((key) => key in rule);
  if (which.length !== 1) return [{ message: 'a column has exactly one of mask, set and clear', keys }];
  const allowed =
    which[0] === 'mask' ? ['mask', 'unless', 'by', 'days', 'keep-keys', 'kind'] : [which[0] ?? '', 'unless'];
  const faults = unknownKeys(rule, allowed, keys);
  const say = (ok: boolean, message: string): void => void (ok || faults.push({ message, keys }));
  if ('mask' in rule) say(isMask(rule.mask), `"${String(rule.mask)}" is no mask`);
  if ('clear' in rule) say(['null', 'empty'].includes(rule.clear as string), 'clear is null or empty');
  if ('set' in rule)
    say(['string', 'number', 'boolean'].includes(typeof rule.set), 'set takes text, a number, true or false');
  say(unlessIsGood(rule.unless), UNLESS);
  say(rule.by === undefined || typeof rule.by === 'string', 'by names a column');
  say(rule.kind === undefined || /^[a-z0-9 -]+$/.test(String(rule.kind)), 'kind is of letters, digits and -');
  say(
    rule.days === undefined || (Number.isInteger(rule.days) && (rule.days as number) > 0),
    'days is a whole number above 0',
  );
  say(rule['keep-keys'] === undefined || isTexts(rule['keep-keys']), 'keep-keys is a list of keys');
  return faults;
}

const unknownKeys = (map: Map, known: readonly string[], keys: readonly string[]): Fault[] =>
  Object.keys(map)
    .filter((key) => !known.includes(key))
    .map((key) => ({ message: `"${key}" is not known here; known: ${known.join(', ')}`, keys: [...keys, key] }));
