import type { RelatedKind } from './names.ts';
import type { About } from './types.ts';

/** What coog leaves in the comment of a database of its own, as JSON. Comments are seen by every user of the server. */
export interface DatabaseNote {
  readonly coog: 1;
  readonly kind: RelatedKind;
  /** The live database that it belongs to. */
  readonly of: string;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly by?: string;
  readonly text?: string;
  /** The comment that a person gave the database while it was live. */
  readonly comment?: string;
}

export function makeNote(
  { kind, of, id }: Pick<DatabaseNote, 'kind' | 'of' | 'id'>,
  about: About,
  comment?: string | null,
): DatabaseNote {
  return {
    coog: 1,
    kind,
    of,
    id,
    at: about.at.toISOString(),
    ...(about.by === undefined ? {} : { by: about.by }),
    ...(about.text === undefined ? {} : { text: about.text }),
    ...(comment ? { comment } : {}),
  };
}

/** Undefined for a comment that is not of coog's. */
export function readNote(comment: string | null | undefined): DatabaseNote | undefined {
  if (!comment?.startsWith('{')) return undefined;
  try {
    const note = JSON.parse(comment) as Partial<DatabaseNote>;
    const whole = note.coog === 1 && [note.kind, note.of, note.id, note.at].every((part) => typeof part === 'string');
    return whole ? (note as DatabaseNote) : undefined;
  } catch {
    return undefined;
  }
}

/** The comment that a person gave: what stands there, or what a note of coog's has kept of it. */
export const personsComment = (comment: string | null): string | undefined =>
  comment === null ? undefined : ((readNote(comment) ?? { comment }).comment ?? undefined);
