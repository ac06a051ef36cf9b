import { describe, expect, test } from 'vitest';
import { matches } from '../../../../plugins/anonymize/src/scan/patterns.ts';

const found = (text: string): string[] =>
  matches(text, { at: text.includes('@'), digits: text.replaceAll(/\D/g, '').length })
    .filter(({ real }) => real)
    .map(({ kind, text: match }) => `${kind} ${match}`);

describe('what looks like somebody', () => {
  test.each([
    ['écrire à jean.dupont@orange.fr demain', 'email jean.dupont@orange.fr'],
    ['<élodie@société.fr>', 'email élodie@société.fr'],
    ['a@example.com.fr', 'email a@example.com.fr'],
    ['IBAN FR7630006000011234567890189.', 'iban FR7630006000011234567890189'],
    ['FR76 3000 6000 0112 3456 7890 189', 'iban FR76 3000 6000 0112 3456 7890 189'],
    ['DE89370400440532013000', 'iban DE89370400440532013000'],
    ['NIR 1 85 05 78 006 084 91', 'nir 1 85 05 78 006 084 91'],
    ['185057800608491', 'nir 185057800608491'],
    ['tél. 06 12 34 56 78', 'phone 06 12 34 56 78'],
    ['+33 6 12 34 56 78', 'phone +33 6 12 34 56 78'],
    ['+33612345678', 'phone +33612345678'],
    ['01.42.68.53.00', 'phone 01.42.68.53.00'],
  ])('is in %j', (text, expected) => {
    expect(found(text)).toEqual([expected]);
  });

  test('is a number of Corsica', () => {
    // 97 minus the rest of 1850519006084 (2A counts as 19) by 97.
    const key = 97 - Number(1_850_519_006_084n % 97n);
    expect(found(`185052A006084${String(key).padStart(2, '0')}`)).toHaveLength(1);
  });
});

describe('what the masks make, and what is nothing', () => {
  test.each([
    'abcdef@example.invalid',
    'abc@sub.example.invalid',
    'me@example.com',
    'root@localhost',
    '@mention',
    '06 39 98 12 34',
    '+33199001234',
    '0033 6 39 98 12 34',
    // A wrong check digit, a month that no number has.
    'FR7530006000011234567890189',
    '185558001608489',
    '185057800608490',
    // Longer numbers, parts of identifiers.
    'F0612345678',
    '9120612345678',
    '3.0612345678',
    'a0b1c2d3-0612-3456-7890-061234567890',
    '2024-01-02 03:04:05.123456',
  ])('%j is none', (text) => {
    expect(found(text)).toEqual([]);
  });

  test('an IBAN of bank 99999 is none', () => {
    const bban = `99999${'0'.repeat(18)}`;
    const check = String(98n - (BigInt(`${bban}152700`) % 97n)).padStart(2, '0');
    expect(found(`FR${check}${bban}`)).toEqual([]);
  });
});
