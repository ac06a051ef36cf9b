import { describe, expect, test } from 'vitest';
import { SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { masking } from './masked.ts';

const it = masking();
const { masked } = it;

const mod97 = (digits: string): number => Number(BigInt(digits) % 97n);
const luhn = (digits: string): boolean =>
  [...digits]
    .reverse()
    .reduce((sum, d, i) => sum + [...String(Number(d) * (i % 2 === 0 ? 1 : 2))].reduce((s, x) => s + Number(x), 0), 0) %
    10 ===
  0;
const ibanIsValid = (iban: string): boolean =>
  mod97([...(iban.slice(4) + iban.slice(0, 4))].map((c) => Number.parseInt(c, 36)).join('')) === 1;

describe('numbers', () => {
  test('of social security are valid, keep the sex, form and month apart from real ones, and differ', async () => {
    const real = Array.from(
      { length: 2_000 },
      (_, i) => `${1 + (i % 2)}85${String(1 + (i % 12)).padStart(2, '0')}75${String(100000 + i).slice(0, 6)}`,
    );
    const made = await masked('nir', real);
    expect(new Set(made).size).toBe(new Set(real).size);
    expect(
      made.every((nir, i) => nir[0] === real[i]?.[0] && Number(nir.slice(3, 5)) >= 50 && /^\d{13}$/.test(nir)),
    ).toBe(true);
    const [withKey = '', spaced, corsican = ''] = await masked('nir', [
      '185057800608491',
      '1 85 05 78 006 084 91',
      '2 99 12 2A 004 002 22',
    ]);
    expect(mod97(withKey.slice(0, 13)) + Number(withKey.slice(13))).toBe(97);
    expect(spaced).toBe(withKey);
    expect(mod97(corsican.slice(0, 13)) + Number(corsican.slice(13))).toBe(97);
    expect((await masked('nir', ['185057800608491']))[0]?.slice(0, 13)).toBe(
      (await masked('nir', ['1850578006084']))[0],
    );
    // What is none becomes one, of its own.
    const none = await masked('nir', ['no number', 'NO NUMBER', 'another', '12345678901234', '123', 'é'.repeat(20)]);
    expect(none[1]).toBe(none[0]);
    expect(new Set(none).size).toBe(5);
    for (const nir of none) expect(nir).toMatch(/^1\d\d[5-9]\d{9}(\d\d)?$/);
  });

  test('of social security that differ in one half only are spread as widely as any', async () => {
    const one = (half: number) => `18505${String(half).padStart(8, '0')}`;
    const numbers = [...Array(500).keys()].flatMap((i) => [one(78_000_000 + i), one(i * 1_000_000 + 6_084)]);
    const made = await masked('nir', numbers);
    expect(new Set(made).size).toBe(new Set(numbers).size);
    const other = await masked('nir', numbers, 'another key');
    expect(made.filter((nir, i) => nir === other[i])).toEqual([]);
    for (const [from, to] of [
      [1, 5],
      [5, 9],
      [9, 13],
    ])
      expect(new Set(made.map((nir) => nir.slice(from, to))).size).toBeGreaterThan(numbers.length * 0.85);
  });

  test('of accounts by expression are what the function for any spelling makes', async () => {
    const compact = Array.from(
      { length: 200 },
      (_, i) => `FR76${String(10n ** 22n + BigInt(i) * 97n ** 9n).slice(-22)}${i % 10}`,
    );
    const spaced = compact.map((iban) => iban.replace(/.{4}/g, '$& '));
    const odd = [
      'FR76 3000 6000 0112 3456 7890 18',
      'fr7630006000011234567890189',
      'FR7630006000011234567890é89',
      'FR76 3000 6000 0112 3456 7890  89',
    ];
    const values = [...compact, ...spaced, ...odd, 'DE89 3704 0044 0532 0130 00', 'DE89370400440532013000', 'none'];
    const made = await masked('iban', values, 'k', { many: true, compact: `replace(v, ' ', '')` });
    expect(await masked('iban', values, 'k', { many: true })).toEqual(made);
    const expected = await it.connection.query<{ m: string }>(
      `SELECT ${SCHEMA}.iban(v) AS m FROM unnest($1::text[]) WITH ORDINALITY AS x(v, o) ORDER BY o`,
      [values],
    );
    expect(made).toEqual(expected.map(({ m }) => m));
    expect(made.slice(200, 400).map((iban) => iban.replaceAll(' ', ''))).toEqual(made.slice(0, 200));
    for (const iban of made.slice(0, 200)) {
      expect(ibanIsValid(iban) && mod97(iban.slice(4)) === 0).toBe(true);
      expect(Number(iban.slice(-2))).toBeGreaterThanOrEqual(1);
      expect(Number(iban.slice(-2))).toBeLessThanOrEqual(97);
    }
  });

  test('of accounts are valid IBANs of a bank that does not exist, in the form of the value', async () => {
    const [compact = '', spaced = '', other = ''] = await masked('iban', [
      'FR7630006000011234567890189',
      'FR76 3000 6000 0112 3456 7890 189',
      '123-456',
    ]);
    expect(ibanIsValid(compact)).toBe(true);
    expect(compact.slice(4, 9)).toBe('99999');
    expect(mod97(compact.slice(4)), 'the key of the RIB').toBe(0);
    expect(spaced.replaceAll(' ', '')).toBe(compact);
    expect(spaced).toMatch(/^(.{4} ){6}.{3}$/);
    expect(other).toMatch(/^X\d{16}$/);
  });

  test('of companies are valid and belong to none', async () => {
    const [siren = '', siret = ''] = await masked('siren', ['732829320', '73282932000074']);
    expect(luhn(siren) && luhn(siret)).toBe(true);
    expect(siret.slice(0, 9)).toBe(siren);
    expect(siren.startsWith('00')).toBe(true);
  });

  test('of phones are never given out, and one number has one pseudonym in all its forms', async () => {
    const made = await masked('phone', [
      '+33612345678',
      '06 12 34 56 78',
      '06.12.34.56.78',
      '0033612345678',
      '01 23 45 67 89',
      '0612345678',
      '+33 6 12 34 56 78',
      '(06) 12-34-56-78',
    ]);
    const [, last = ''] = /(\d{4})$/.exec(made[0] ?? '') ?? [];
    expect(made.slice(0, 4)).toEqual([
      `+33639 98`.replace(' ', '') + last,
      `06 39 98 ${last.slice(0, 2)} ${last.slice(2)}`,
      `063998${last}`,
      `003363998${last}`,
    ]);
    expect(made[4]).toMatch(/^01 99 00 \d\d \d\d$/);
    expect(made.slice(5)).toEqual([
      `063998${last}`,
      `+33 6 39 98 ${last.slice(0, 2)} ${last.slice(2)}`,
      `06 39 98 ${last.slice(0, 2)} ${last.slice(2)}`,
    ]);
    const [, office] = /(\d\d \d\d)$/.exec(made[4] ?? '') ?? [];
    expect(await masked('phone', ['0123456789', '+33123456789', '01.23.45.67.89', '+33723456789'])).toEqual([
      `019900${office?.replace(' ', '')}`,
      `+3319900${office?.replace(' ', '')}`,
      `019900${office?.replace(' ', '')}`,
      expect.stringMatching(/^\+3363998\d{4}$/),
    ]);
  });

  test('of phones are spread, and the same in each spelling', async () => {
    const numbers = Array.from(
      { length: 500 },
      (_, i) => `0${1 + (i % 9)}${String(10 ** 8 + i * 6_700_417).slice(-8)}`,
    );
    const inPairs = numbers.map((number) => number.replace(/..(?!$)/g, '$& '));
    const abroad = numbers.map((number) => `+33${number.slice(1)}`);
    const values = [...numbers, ...inPairs, ...abroad];
    const made = await masked('phone', values);
    expect(new Set(made.slice(0, 500).map((number) => number.slice(-4))).size).toBeGreaterThan(450);
    expect(made.slice(500, 1_000).map((number) => number.replaceAll(' ', ''))).toEqual(made.slice(0, 500));
    expect(made.slice(1_000).map((number) => number.replace('+33', '0'))).toEqual(made.slice(0, 500));
  });

  test('of contacts follow the type, and without one the value', async () => {
    expect((await masked({ mask: 'contact', by: 'email' }, ['x']))[0]).toMatch(/@example\.invalid$/);
    expect((await masked({ mask: 'contact', by: 'mobile' }, ['0612345678']))[0]).toMatch(/^063998/);
    expect((await masked({ mask: 'contact', by: 'website' }, ['free.fr']))[0]).toMatch(
      /^https:.*\.example\.invalid\/$/,
    );
    expect((await masked({ mask: 'contact', by: 'skype' }, ['jean']))[0]).toMatch(/^[0-9a-f]{12}$/);
    const [byValue] = await masked('contact', ['jean@free.fr']);
    expect(byValue).toBe((await masked('email', ['jean@free.fr']))[0]);
  });
});
