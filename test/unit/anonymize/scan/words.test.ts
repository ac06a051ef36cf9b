import { describe, expect, test } from 'vitest';
import { createWords, isTelling, type Piece } from '../../../../plugins/anonymize/src/scan/words.ts';

const words = createWords();

const piecesOf = (text: string, longest?: number): Piece[] => {
  const pieces: Piece[] = [];
  words(text, (piece) => void pieces.push({ ...piece }), longest);
  return pieces;
};
const shown = (text: string, longest?: number): string[] =>
  piecesOf(text, longest).map(({ start, end }) => text.slice(start, end));
const hashOf = (text: string): string => {
  const { h1, h2 } = piecesOf(text).at(-1) as Piece;
  return `${h1}-${h2}`;
};

describe('pieces of a text', () => {
  test('are words, two in a row, three in a row, and the whole', () => {
    expect(shown('Le Petit-Prince a dit')).toEqual([
      ...['Le', 'Petit', 'Le Petit', 'Prince', 'Petit-Prince', 'Le Petit-Prince'],
      ...['a', 'Prince a', 'Petit-Prince a', 'dit', 'a dit', 'Prince a dit', 'Le Petit-Prince a dit'],
    ]);
  });

  test('of one word are that word', () => {
    expect(shown('  Dupont. ')).toEqual(['Dupont']);
  });

  test('are fewer where fewer are asked for', () => {
    expect(shown('un deux trois', 1)).toEqual(['un', 'deux', 'trois', 'un deux trois']);
  });

  test.each(['', ' ', '.,;', '\u0000', '🙂'.repeat(0)])('are none of %j', (text) => {
    expect(piecesOf(text)).toEqual([]);
  });

  test('count letters and digits', () => {
    expect(piecesOf('AB-12')).toMatchObject([
      { length: 2, digits: 0, words: 1 },
      { length: 2, digits: 2, words: 1 },
      { length: 4, digits: 2, words: 2 },
    ]);
  });

  test('have no whole when the text is long', () => {
    const text = 'mot '.repeat(60);
    expect(piecesOf(text).every(({ words: count }) => count > 0)).toBe(true);
  });
});

describe('the same name', () => {
  test.each([
    ['Dupont Jean', 'DUPONT, JEAN'],
    ['Dupont Jean', 'dupont_jean'],
    ['Dupont Jean', 'DupontJean'],
    ['Lefèvre', 'LEFEVRE'],
    ['Noël', 'Noe\u0308l'],
    ['Françoise', 'francoise'],
    ['FR76 3000 6000', 'FR7630006000'],
    ['06 12 34 56 78', '0612345678'],
    ['06.12.34.56.78', '06-12-34-56-78'],
  ])('is %j and %j', (a, b) => {
    expect(hashOf(a)).toBe(hashOf(b));
  });

  test.each([
    ['Dupont Jean', 'Jean Dupont'],
    ['Dupont', 'Dupond'],
    ['0612345678', '0612345679'],
  ])('is not %j and %j', (a, b) => {
    expect(hashOf(a)).not.toBe(hashOf(b));
  });

  test('has no hash of another one among many', () => {
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => hashOf(`nom${i}`)));
    expect(hashes.size).toBe(100_000);
  });
});

describe('what tells something', () => {
  const telling = (text: string): boolean => isTelling(piecesOf(text).at(-1) as Piece);
  test.each(['Dupont', 'Leroy', 'Jean Roy', 'abc123', '12345678', 'k3b9f0'])('%j does', (text) => {
    expect(telling(text)).toBe(true);
  });
  test.each(['rue', '75001', 'A1', '1234567', 'a b', '12 34 5'])('%j does not', (text) => {
    expect(telling(text)).toBe(false);
  });
});
