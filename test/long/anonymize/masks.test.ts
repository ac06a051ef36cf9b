import { describe, expect, test } from 'vitest';
import { SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import type { MaskRule } from '../../../plugins/anonymize/src/rules/types.ts';
import { takeKey } from '../../../plugins/anonymize/src/run/session.ts';
import { masking, ofTexts as texts } from './masked.ts';

const it = masking();
const { masked } = it;

describe('every mask for text', () => {
  const values = ['Dupont', 'Müller-Ångström', "O'Neil \\ % $1", '日本語', '+33 6 12 34 56 78', 'a'];

  test.each(texts)('%s gives the same for the same value and key, and another for another key', async (name) => {
    const first = await masked(name, values);
    expect(await masked(name, values)).toEqual(first);
    const other = await masked(name, values, 'another key');
    expect(first.filter((pseudonym, i) => pseudonym === other[i] && !['phone', 'contact'].includes(name))).toEqual([]);
    for (const value of values.filter((v) => v.length > 2)) expect(first.join(' ')).not.toContain(value);
  });

  test.each(texts.filter((name) => masks[name].unique && name !== 'file-name'))(
    '%s keeps 2000 values apart',
    async (name) => {
      const many = Array.from({ length: 2_000 }, (_, i) => `value ${i}`);
      expect(new Set(await masked(name, many)).size).toBe(many.length);
    },
  );

  test.each(texts.filter((name) => masks[name].length !== undefined))(
    '%s is never longer than it says',
    async (name) => {
      for (const pseudonym of await masked(name, [
        ...values,
        'scan.of.a.pdf',
        'x'.repeat(500),
        'FR7630006000011234567890189',
      ]))
        expect(pseudonym.length).toBeLessThanOrEqual(masks[name].length ?? 0);
    },
  );
});

describe('words', () => {
  test('are what nobody is called', async () => {
    for (const name of await masked('name', ['Martin', 'Bernard'])) expect(name).toMatch(/^N[0-9a-f]{12}$/);
    expect((await masked('full-name', ['Jean Martin']))[0]).toMatch(/^N[0-9a-f]{12} N[0-9a-f]{12}$/);
    expect((await masked('email', ['jean@free.fr']))[0]).toMatch(/^p[1-9][0-9]{14}@example\.invalid$/);
    expect((await masked('street', ['3 rue de la Paix']))[0]).toMatch(/^1 rue N[0-9a-f]{12}$/);
    expect(await masked('file-name', ['passport of Jean.PDF', 'none'])).toEqual([
      expect.stringMatching(/^[0-9a-f]{12}\.PDF$/),
      expect.stringMatching(/^[0-9a-f]{12}$/),
    ]);
  });

  test('of a kind are its own', async () => {
    const [own] = await masked({ mask: 'name', kind: 'city' }, ['Paris']);
    expect(own).not.toBe((await masked('name', ['Paris']))[0]);
  });

  test('of a value are the same whatever its column takes for equal', async () => {
    await it.connection.query(
      `CREATE COLLATION IF NOT EXISTS ${SCHEMA}.folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    );
    const rows = await it.connection.query<{ plain: string; folded: string }>(
      `SELECT ${SCHEMA}.secret('name', v) AS plain, ${SCHEMA}.secret('name', v COLLATE ${SCHEMA}.folded) AS folded
         FROM unnest(ARRAY['Dupont', 'DUPONT']) v`,
    );
    expect(rows.map(({ folded }) => folded)).toEqual(rows.map(({ plain }) => plain));
    expect(rows[0]).not.toEqual(rows[1]);
  });

  test('of a text are one, about as often', async () => {
    const [short = '', long = ''] = await masked('text', ['hello', 'word '.repeat(200)]);
    expect(short).toMatch(/^[0-9a-f]{12}$/);
    expect(Math.abs(long.length - 1000)).toBeLessThan(20);
    expect(new Set(long.split(' ')).size).toBe(1);
  });
});

describe('be they many or few,', () => {
  const people = Array.from({ length: 500 }, (_, i) => `${1 + (i % 2)}${String(10 ** 11 + i * 48_611_387).slice(-12)}`);
  const phones = Array.from({ length: 500 }, (_, i) => `0${1 + (i % 9)}${String(10 ** 8 + i * 6_700_417).slice(-8)}`);
  const values = [
    ...people,
    ...people.map((number) => `${number}00`),
    ...['1 85 05 78 006 084 91', '2991202004002', '850578006084912', '1'.repeat(14)],
    ...phones,
    ...phones.map((number) => number.replace(/..(?!$)/g, '$& ')),
    ...phones.map((number) => `+33${number.slice(1)}`),
    ...['+33 6 12 34 56 78', '0033612345678', '06.12.34.56.78', '+49 30 123456', '0033123456'],
    ...['FR7630006000011234567890189', 'FR76 3000 6000 0112 3456 7890 189', 'DE89370400440532013000'],
    ...['Zoé', 'Müller-Ångström', "O'Neil \\ % $1", 'x'.repeat(300), '日本語', 'jean@free.fr', 'a'],
  ];
  const rules: MaskRule[] = [
    ...texts.map((mask) => ({ mask })),
    ...['email', 'phone', 'mobile', 'website', 'skype'].map((by) => ({ mask: 'contact' as const, by })),
    { mask: 'text', kind: 'city' },
  ];

  test.each(rules)('they have the same pseudonyms: %o', async (rule) => {
    const made = await masked(rule, values, 'k', { many: true });
    expect(made).toEqual(await masked(rule, values, 'k'));
    expect(made.filter((pseudonym, i) => pseudonym === values[i])).toEqual([]);
  });

  test('those of a key, and none when it is taken', async () => {
    for (const key of ['one key', 'another key', 'one key'])
      expect(await masked('nir', people, key, { many: true })).toEqual(await masked('nir', people, key));
    const names = await masked('name', ['Jean'], 'one key', { many: true });
    await takeKey([it.connection]);
    expect(
      await it.connection.query(
        `SELECT ${masks.name.expression('v', { mask: 'name' }, { many: true })} AS m FROM (SELECT 'Jean'::text v) x`,
      ),
    ).not.toEqual([{ m: names[0] }]);
  });
});
