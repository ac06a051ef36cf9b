import { describe, expect, test } from 'vitest';
import { isRelatedTo, parseRelated, relatedName } from '../../../../src/database/server/index.ts';
import { makeNote, personsComment, readNote } from '../../../../src/database/server/notes.ts';

const kinds = ['aside', 'previous', 'snapshot'] as const;

describe('the name of a related database', () => {
  test('says whose it is, what it is and which one', () => {
    expect(relatedName('coog', 'aside', 'ab12')).toBe('coog__new_ab12');
    expect(relatedName('coog', 'previous', '20250102T030405Z')).toBe('coog__prev_20250102T030405Z');
    expect(relatedName('coog', 'snapshot', 'before update')).toBe('coog__snap_before update');
    expect(parseRelated('coog__snap_before update')).toEqual({ kind: 'snapshot', base: 'coog', id: 'before update' });
  });

  test.each(['a b', 'x;y', '"q"', '$(id)', '-x', 'é', 'line\nbreak', 'a__new', '_', 'db__snap_old', '𝄞'.repeat(15)])(
    'of %j is read back',
    (database) => {
      for (const kind of kinds)
        for (const id of ['1', 'a_b', '_x', 'été', '-']) {
          const name = relatedName(database, kind, id);
          expect(parseRelated(name)).toMatchObject({ kind, id });
          expect(isRelatedTo(name, database)).toBe(true);
          expect(isRelatedTo(name, `${database}2`)).toBe(false);
        }
    },
  );

  test('has at most 63 bytes, no half characters, and is never that of another database', () => {
    const seen = new Map<string, string>();
    for (let length = 1; length <= 63; length += 1)
      for (const letter of ['a', 'é', '€', '𝄞']) {
        const database = letter.repeat(Math.floor(length / Buffer.byteLength(letter))) || letter;
        const name = relatedName(database, 'previous', '20250102T030405Z');
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        expect(name).not.toContain('\ufffd');
        expect(Buffer.from(name).toString()).toBe(name);
        expect(seen.get(name) ?? database).toBe(database);
        expect(isRelatedTo(name, database)).toBe(true);
        seen.set(name, database);
      }
  });

  test('leaves room for an id of 40 bytes, and for no longer one', () => {
    expect(Buffer.byteLength(relatedName('x'.repeat(63), 'snapshot', 'y'.repeat(40)))).toBe(63);
    for (const id of ['', 'y'.repeat(41), 'a__b', 'a\0b'])
      expect(() => relatedName('coog', 'snapshot', id)).toThrow('DB_NAME_INVALID');
  });

  test('is not seen in names of others', () => {
    for (const name of ['coog', 'coog__new', 'coog__new_', '__new_1', 'coog_new_1', 'coog__old_1'])
      expect(parseRelated(name)).toBeUndefined();
  });
});

describe('the note in a comment', () => {
  const about = { at: new Date('2025-01-02T03:04:05Z'), by: 'ada', text: 'it\'s "x"' };
  const note = makeNote({ kind: 'previous', of: 'coog', id: '1' }, about, 'a comment');

  test('is read back', () => {
    expect(readNote(JSON.stringify(note))).toEqual(note);
    expect(note).toMatchObject({ coog: 1, at: '2025-01-02T03:04:05.000Z', comment: 'a comment' });
  });

  test('is not seen in comments of persons', () => {
    for (const comment of [null, undefined, '', 'mine', '{', '{}', '{"coog":1}', '[1]', '{"coog":2,"kind":"a"}'])
      expect(readNote(comment)).toBeUndefined();
  });

  test("keeps a person's comment", () => {
    expect(personsComment('mine')).toBe('mine');
    expect(personsComment(JSON.stringify(note))).toBe('a comment');
    expect(personsComment(JSON.stringify({ ...note, comment: undefined }))).toBeUndefined();
    expect(personsComment(null)).toBeUndefined();
  });
});
