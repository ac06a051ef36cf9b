import { createHash } from 'node:crypto';
import { ProblemError } from '../../shared/problem.ts';

/** Databases that coog makes beside a live one. */
export type RelatedKind = 'aside' | 'previous' | 'snapshot';

export interface RelatedName {
  readonly kind: RelatedKind;
  /** What the name begins with: the live database's name, or the beginning of it and a hash. */
  readonly base: string;
  readonly id: string;
}

/** NAMEDATALEN - 1: PostgreSQL cuts what is longer, in silence. */
const MAX_NAME = 63;
const MAX_ID = 40;
const tags = { aside: 'new', previous: 'prev', snapshot: 'snap' } as const;
const kinds: Readonly<Record<string, RelatedKind>> = { new: 'aside', prev: 'previous', snap: 'snapshot' };
const pattern = /^(.+)__(new|prev|snap)_((?:(?!__).)+)$/su;

/**
 * `<database>__new_<id>`, `__prev_<id>` or `__snap_<id>`, in at most 63 bytes: a database's name that is too long is cut
 * and completed by a hash of the whole, so that two databases never share a name.
 * @throws ProblemError DB_NAME_INVALID (exit code 2) for an id that is empty, longer than 40 bytes or holds `__`
 */
export function relatedName(database: string, kind: RelatedKind, id: string): string {
  if (id === '' || id.includes('__') || id.includes('\0') || bytes(id) > MAX_ID) throw new ProblemError(badId(id));
  const suffix = `__${tags[kind]}_${id}`;
  const whole = `${database}${suffix}`;
  if (bytes(whole) <= MAX_NAME) return whole;
  const hash = `~${createHash('sha256').update(database).digest('hex').slice(0, 8)}`;
  return `${cut(database, MAX_NAME - bytes(suffix) - bytes(hash))}${hash}${suffix}`;
}

/** What every server has for itself. */
const SERVERS_OWN = ['postgres', 'template0', 'template1'];

/** @throws ProblemError DB_NAME_INVALID (exit code 2) for what PostgreSQL would cut, or cannot take at all */
export function requireDatabaseName(name: string): void {
  if (name !== '' && !name.includes('\0') && bytes(name) <= MAX_NAME) return;
  throw new ProblemError({
    code: 'DB_NAME_INVALID',
    title: `${JSON.stringify(name)} cannot be the name of a database`,
    detail: `It must have 1 to ${MAX_NAME} bytes; PostgreSQL cuts what is longer.`,
    next: 'coog db:list',
  });
}

/** @throws ProblemError DB_NAME_RESERVED (exit code 2) for a database that must not be replaced: the server's own, coog's */
export function requireOwnName(name: string): void {
  const servers = SERVERS_OWN.includes(name);
  if (!servers && !parseRelated(name)) return;
  throw new ProblemError({
    code: 'DB_NAME_RESERVED',
    title: servers
      ? `${name} is a database of the server itself`
      : `${name} is one of the databases that coog keeps beside a live one`,
    next: 'coog db:list',
  });
}

/** What a name says of itself; undefined for one that is not of ours. */
export function parseRelated(name: string): RelatedName | undefined {
  const [, base = '', tag = '', id = ''] = pattern.exec(name) ?? [];
  const kind = kinds[tag];
  return kind && { kind, base, id };
}

/** Whether a name is one that coog gives to a relative of this database, a cut one too. */
export function isRelatedTo(name: string, database: string): boolean {
  const parsed = parseRelated(name);
  return parsed !== undefined && bytes(parsed.id) <= MAX_ID && relatedName(database, parsed.kind, parsed.id) === name;
}

const bytes = (text: string): number => Buffer.byteLength(text);

/** As many whole characters as fit. */
function cut(text: string, length: number): string {
  let kept = '';
  for (const character of text) {
    if (bytes(kept) + bytes(character) > length) break;
    kept += character;
  }
  return kept;
}

const badId = (id: string) => ({
  code: 'DB_NAME_INVALID',
  title: `${JSON.stringify(id)} cannot be a part of a database's name`,
  detail: `It must have 1 to ${MAX_ID} bytes and hold no __.`,
  next: 'choose another name',
});
