import { describe, expect, test } from 'vitest';
import { createSecrets, Flag } from '../../../../plugins/anonymize/src/scan/secrets.ts';
import { createCounts, createSeen } from '../../../../plugins/anonymize/src/scan/seen.ts';
import { createWords, type Piece } from '../../../../plugins/anonymize/src/scan/words.ts';

const words = createWords();
const pieceOf = (text: string): Piece => {
  let last: Piece | undefined;
  words(text, (piece) => {
    last = { ...piece };
  });
  return last as Piece;
};
const pieces = (prefix: string, count: number): Piece[] =>
  Array.from({ length: count }, (_, i) => pieceOf(`${prefix}${i}`));

describe('pieces that are looked for', () => {
  test('are found with what is known of them, and no others', () => {
    const secrets = createSecrets();
    secrets.add(pieceOf('Dupont'), Flag.weak);
    secrets.add(pieceOf('Lefèvre'), 0);
    expect(secrets.flagsOf(pieceOf('DUPONT'))).toBe(Flag.weak);
    expect(secrets.flagsOf(pieceOf('lefevre'))).toBe(0);
    expect(secrets.flagsOf(pieceOf('Durand'))).toBe(-1);
  });

  test('count once, with all flags', () => {
    const secrets = createSecrets();
    for (const flags of [0, Flag.weak, Flag.public]) secrets.add(pieceOf('Dupont'), flags);
    expect(secrets.size).toBe(1);
    expect(secrets.flagsOf(pieceOf('Dupont'))).toBe(Flag.weak | Flag.public);
  });

  test('are all kept while there is room, however many there are', () => {
    const secrets = createSecrets(17);
    const many = pieces('nom', 60_000);
    for (const piece of many) secrets.add(piece, 0);
    expect(secrets.size).toBe(60_000);
    expect(many.every((piece) => secrets.flagsOf(piece) === 0)).toBe(true);
    expect(pieces('autre', 60_000).every((piece) => secrets.flagsOf(piece) === -1)).toBe(true);
  });

  test('are fewer when there is no more room, the same ones each time', () => {
    const kept = [1, 2].map(() => {
      const secrets = createSecrets(10);
      const many = pieces('nom', 5000);
      for (const piece of many) secrets.add(piece, 0);
      return many.map((piece) => secrets.flagsOf(piece)).join();
    });
    expect(kept[0]).toBe(kept[1]);
    const left = (kept[0] as string).split(',').filter((flags) => flags === '0').length;
    expect(left).toBeGreaterThan(100);
    expect(left).toBeLessThan(1024);
  });
});

describe('how often and whether something was seen', () => {
  test('is never told too low', () => {
    const counts = createCounts(12);
    const many = pieces('mot', 2000);
    for (const piece of many) for (let i = 0; i < 3; i += 1) counts.add(piece);
    expect(many.every((piece) => counts.of(piece) >= 3)).toBe(true);
  });

  test('ends at 255', () => {
    const counts = createCounts(12);
    for (let i = 0; i < 1000; i += 1) counts.add(pieceOf('rue'));
    expect(counts.of(pieceOf('rue'))).toBe(255);
    expect(counts.of(pieceOf('avenue'))).toBe(0);
  });

  test('is told of what was seen, and seldom of what was not', () => {
    const seen = createSeen(20);
    const many = pieces('mot', 5000);
    for (const piece of many) seen.add(piece);
    expect(many.every((piece) => seen.has(piece))).toBe(true);
    expect(pieces('autre', 5000).filter((piece) => seen.has(piece)).length).toBeLessThan(50);
  });
});
