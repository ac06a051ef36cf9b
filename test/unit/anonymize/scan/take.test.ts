import { describe, expect, test } from 'vitest';
import { createTake } from '../../../../plugins/anonymize/src/scan/take.ts';
import { createWords } from '../../../../plugins/anonymize/src/scan/words.ts';

const take = createTake(createWords());
const taken = (text: string): string[] => {
  const pieces: string[] = [];
  take(text, ({ start, end }) => void pieces.push(text.slice(start, end)));
  return pieces;
};

describe('what is taken of a value', () => {
  test('a name, and each of its words', () => {
    expect(taken('Jean Dupont')).toEqual(['Jean', 'Dupont', 'Jean Dupont']);
  });

  test('two words of three, without numbers', () => {
    expect(taken('Marie Claire Dupont')).toContain('Claire Dupont');
    expect(taken('12 rue Voltaire')).toEqual(['Voltaire', '12 rue Voltaire']);
  });

  test('of an address no part that a mask may write as well', () => {
    expect(taken('12 rue Victor Hugo')).toEqual(['Victor', 'Hugo', '12 rue Victor Hugo']);
  });

  test('of an e-mail nothing of the provider', () => {
    expect(taken('jean.dupont12@gmail.com')).toEqual(['jean', 'dupont12', 'jean.dupont12@gmail.com']);
  });

  test('a social security number with and without its key', () => {
    expect(taken('1 85 05 78 006 084 91')).toHaveLength(2);
  });

  test('of prose what is written as names are, and long numbers', () => {
    const text =
      'Le conjoint de Gérard Lambertin demande une copie du contrat. Vérifier son adresse avec le service des sinistres ' +
      'et rappeler Madame au sujet du dossier AB1234567 ouvert hier.';
    expect(taken(text)).toEqual(['Gérard', 'Lambertin', 'Gérard Lambertin', 'Madame', 'AB1234567']);
  });

  test.each(['', '75001', 'rue', 'OK', '1/5/2020'])('nothing of %j', (text) => {
    expect(taken(text)).toEqual([]);
  });
});
