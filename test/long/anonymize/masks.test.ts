import { beforeAll, describe, expect, test } from 'vitest';
import { maskFunctions } from '../../../plugins/anonymize/src/masks/functions.ts';
import type { Given } from '../../../plugins/anonymize/src/masks/given.ts';
import { KEY_SETTING, SCHEMA } from '../../../plugins/anonymize/src/masks/hash.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import { type MaskRule, maskNames } from '../../../plugins/anonymize/src/rules/types.ts';
import { takeKey } from '../../../plugins/anonymize/src/run/session.ts';
import { type Connection, connect } from '../../../src/database/server/index.ts';
import { testServer } from '../server/setup.ts';

const it = testServer();
let connection: Connection;
beforeAll(async () => {
  connection = await connect(it.server, 'coog');
  await connection.query(`CREATE SCHEMA ${SCHEMA}`);
  for (const statement of maskFunctions) await connection.query(statement);
  return () => connection.close();
});

/** Pseudonyms of some values, by a key. */
async function masked(
  mask: MaskRule['mask'] | MaskRule,
  values: readonly string[],
  key = 'one key',
  given: Given = {},
): Promise<string[]> {
  const rule = typeof mask === 'string' ? { mask } : mask;
  await connection.query(`SELECT set_config('${KEY_SETTING}', $1, false)`, [key]);
  await connection.query('DISCARD PLANS');
  const expression = masks[rule.mask].expression('v', rule, { ...given, by: rule.by && 'b' });
  const rows = await connection.query<{ m: string }>(
    `SELECT (${expression})::text AS m FROM unnest($1::text[]) WITH ORDINALITY AS x(v, o), (SELECT $2::text AS b) AS y ORDER BY o`,
    [values, rule.by ?? null],
  );
  return rows.map(({ m }) => m);
}

const mod97 = (digits: string): number => Number(BigInt(digits) % 97n);
const luhn = (digits: string): boolean =>
  [...digits]
    .reverse()
    .reduce((sum, d, i) => sum + [...String(Number(d) * (i % 2 === 0 ? 1 : 2))].reduce((s, x) => s + Number(x), 0), 0) %
    10 ===
  0;
const ibanIsValid = (iban: string): boolean =>
  mod97([...(iban.slice(4) + iban.slice(0, 4))].map((c) => Number.parseInt(c, 36)).join('')) === 1;

const texts = maskNames.filter((name) => masks[name].fits.includes('text') && name !== 'json');

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

  test.each(['text', 'street', { mask: 'text', kind: 'city' }] as const)(
    'of what need not be told apart are the same, be they many or few: %o',
    async (mask) => {
      const values = [...Array(2_000).keys()].map((i) => `value ${i}`).concat('Zoé', 'x'.repeat(300), '日本語');
      const made = await masked(mask, values, 'k', { many: true });
      expect(made).toEqual(await masked(mask, values, 'k'));
      expect(new Set(made).size).toBeGreaterThan(1_950);
      const other = await masked(mask, values, 'another key', { many: true });
      expect(made.filter((pseudonym, i) => pseudonym === other[i])).toEqual([]);
    },
  );

  test('of a text are one, about as often', async () => {
    const [short = '', long = ''] = await masked('text', ['hello', 'word '.repeat(200)]);
    expect(short).toMatch(/^[0-9a-f]{12}$/);
    expect(Math.abs(long.length - 1000)).toBeLessThan(20);
    expect(new Set(long.split(' ')).size).toBe(1);
  });
});

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

  test.each(['nir', 'identifier'] as const)(
    'of social security by %s are the same, be they many or few',
    async (mask) => {
      const numbers = Array.from(
        { length: 2_000 },
        (_, i) => `${1 + (i % 2)}${String(10 ** 11 + i * 48_611_387).slice(-12)}`,
      );
      const others = [
        '185057800608491',
        '1 85 05 78 006 084 91',
        '2991202004002',
        '850578006084912',
        'none',
        '1'.repeat(14),
      ];
      const values = [...numbers, ...numbers.map((number) => `${number}00`), ...others];
      expect(await masked(mask, values, 'k', { many: true })).toEqual(await masked(mask, values, 'k'));
    },
  );

  test('of social security that a session keeps are those of its key, and go with it', async () => {
    const [numbers, many] = [['185057800608491', '285057800608491'], { many: true }];
    for (const key of ['one key', 'another key', 'one key'])
      expect(await masked('nir', numbers, key, many)).toEqual(await masked('nir', numbers, key));
    const kept = async () =>
      await connection.query(
        `SELECT length(current_setting('${SCHEMA}.nir_numbers_1')) + length(current_setting('${SCHEMA}.nir_numbers_2')) AS n,
                current_setting('${SCHEMA}.nir_numbers_1_by') AS by`,
      );
    expect(await kept()).toEqual([{ n: expect.any(Number), by: 'one key' }]);
    await takeKey([connection]);
    expect(await kept()).toEqual([{ n: 0, by: '' }]);
  });

  test('of accounts are what the function for any spelling makes', async () => {
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
    const made = await masked('iban', values);
    const expected = await connection.query<{ m: string }>(
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

  test.each(['phone', 'contact'] as const)('of phones by %s are the same, be they many or few', async (mask) => {
    const numbers = Array.from(
      { length: 500 },
      (_, i) => `0${1 + (i % 9)}${String(10 ** 8 + i * 6_700_417).slice(-8)}`,
    );
    const inPairs = numbers.map((number) => number.replace(/..(?!$)/g, '$& '));
    const abroad = numbers.map((number) => `+33${number.slice(1)}`);
    const others = ['+33 6 12 34 56 78', '0033612345678', '06.12.34.56.78', '+49 30 123456', 'none', '0033123456'];
    const rule = mask === 'contact' ? { mask, by: 'phone' } : mask;
    const values = [...numbers, ...inPairs, ...abroad, ...others];
    const made = await masked(rule, values, 'k', { many: true });
    expect(made).toEqual(await masked(rule, values, 'k'));
    expect(new Set(made.slice(0, 500).map((number) => number.slice(-4))).size).toBeGreaterThan(450);
    expect(made.slice(500, 1_000).map((number) => number.replaceAll(' ', ''))).toEqual(made.slice(0, 500));
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

describe('of two columns, one with the compact spelling of the other,', () => {
  const FRENCH = 'FR76 3000 6000 0112 3456 7890 189';
  const GERMAN = 'DE89370400440532013000';

  test.each<readonly [MaskRule['mask'], readonly (readonly [by: string, value: string | null, compact: string])[]]>([
    [
      'iban',
      [
        ['', FRENCH, FRENCH.replaceAll(' ', '')],
        ['', GERMAN, GERMAN],
        ['', FRENCH, GERMAN],
        ['', FRENCH.toLowerCase(), FRENCH.toLowerCase().replaceAll(' ', '')],
        ['', '123 456', '123456'],
        ['', '', GERMAN],
        ['', FRENCH, ''],
        ['', null, GERMAN],
      ],
    ],
    [
      'contact',
      [
        ['email', 'jean@free.fr', 'jean@free.fr'],
        ['email', 'Jean@free.fr', 'jean@free.fr'],
        ['email', 'je an@free.fr', 'jean@free.fr'],
        ['mobile', '06 12 34 56 78', '+33612345678'],
        ['mobile', '+33 6 12 34 56 78', '+33612345678'],
        ['phone', '01 23 45 67 89', '+33123456789'],
        ['phone', '06.12.34.56.78', '+33612345678'],
        ['phone', '06 12 34 56 78', '+33612345679'],
        ['phone', '0612345678', '0612345678'],
        ['phone', '+49 30 123456', '+4930123456'],
        ['phone', null, '+33612345678'],
        ['website', 'free.fr', 'free.fr'],
        ['other', 'jean', 'jean'],
      ],
    ],
  ])('%s: each has the pseudonym that it has alone', async (mask, values) => {
    await connection.query(`SELECT set_config('${KEY_SETTING}', 'k', false)`);
    await connection.query('CREATE TEMP TABLE pairs (o int, b text, v text, c text)');
    for (const [o, row] of values.entries())
      await connection.query('INSERT INTO pairs VALUES ($1, $2, $3, $4)', [o, ...row]);
    const [rule, given] = [{ mask }, { by: 'b' }];
    const { expression, pair } = masks[mask];
    const made = pair?.('v', 'c', rule, given) ?? { first: '', second: '' };
    const filled = (value: string, changed: string) => `CASE WHEN ${value} <> '' THEN ${changed} ELSE ${value} END`;
    const alone = ['v', 'c'].map((value) => `${filled(value, expression(value, rule, given))} AS ${value}`);
    const expected = await connection.query(`SELECT ${alone.join(', ')} FROM pairs ORDER BY o`);
    // Columns are evaluated in the order in which ALTER names them: in no other statement is that said.
    await connection.query(
      `ALTER TABLE pairs ALTER v TYPE text USING ${filled('v', made.first)}, ALTER c TYPE text USING ${filled('c', made.second)}`,
    );
    const found = await connection.query('SELECT v, c FROM pairs ORDER BY o');
    await connection.query('DROP TABLE pairs');
    expect(found).toEqual(expected);
    expect(found).not.toContainEqual({ v: values[0]?.[1], c: values[0]?.[2] });
  });
});

describe('json', () => {
  const json = async (value: unknown, rule: MaskRule = { mask: 'json' }) =>
    JSON.parse((await masked(rule, [JSON.stringify(value)]))[0] ?? '');

  test('keeps its shape, and nothing of its texts and long numbers', async () => {
    const made = await json({ a: ['Jean Dupont', { b: 123456, c: 7, d: true, e: null, f: '' }], g: 'x' });
    expect(made).toEqual({
      a: [expect.stringMatching(/^[0-9a-f]{12}$/), { b: expect.any(Number), c: 7, d: true, e: null, f: '' }],
      g: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    expect(String(made.a[1].b)).toMatch(/^\d{6}$/);
    expect(made.a[1].b).not.toBe(123456);
  });

  test('keeps what a rule says', async () => {
    expect(await json({ state: 'active', name: 'Jean' }, { mask: 'json', 'keep-keys': ['state'] })).toEqual({
      state: 'active',
      name: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
  });

  test('is made where the server would rather work in parallel', async () => {
    const expected = await json(['Jean Dupont']);
    await connection.query('SET debug_parallel_query = on');
    try {
      const made = await masked('json', ['["Jean Dupont"]'], 'a key that made no numbers yet');
      expect(JSON.parse(made[0] ?? '')).not.toEqual(expected);
    } finally {
      await connection.query('RESET debug_parallel_query');
    }
  });

  test('stays readable to Tryton', async () => {
    const made = await json({
      d: { __class__: 'date', year: 1985, month: 5, day: 7 },
      n: { __class__: 'Decimal', decimal: '12345.60' },
      s: { __class__: 'Decimal', decimal: '9.5' },
      b: { __class__: 'bytes', base64: 'SmVhbg==' },
    });
    expect(made.d).toEqual({ __class__: 'date', year: 1985, month: 1, day: 1 });
    expect(made.n.decimal).toMatch(/^\d{5}$/);
    expect(made.s.decimal).toBe('9.5');
    expect(made.b.base64).toBe('');
  });

  test('in a text that is none becomes words', async () => {
    expect((await masked('json', ['{not json']))[0]).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('dates', () => {
  const dates = async (rule: MaskRule, first = '1950-01-01', given: Given = {}) => {
    await connection.query(`SELECT set_config('${KEY_SETTING}', 'k', false)`);
    return connection.query<{ v: string; m: string }>(
      `SELECT v::text, ((${masks[rule.mask].expression('v', rule, given)})::date)::text AS m
         FROM (SELECT date '${first}' + i AS v FROM generate_series(1, 500) i) x`,
    );
  };

  test.each(['1899-06-01', '1985-05-07', '2049-06-01'])('of many are moved as one by one, from %s', async (first) => {
    const rule: MaskRule = { mask: 'date', days: 90 };
    expect(await dates(rule, first, { type: 'date', many: true })).toEqual(await dates(rule, first));
  });

  test('with a time keep it', async () => {
    const expression = masks.date.expression('v', { mask: 'date' }, { type: 'timestamp', many: true });
    const [row] = await connection.query<{ t: string }>(
      `SELECT (${expression})::time::text AS t FROM (SELECT timestamp '1985-05-07 12:34:56' AS v) x`,
    );
    expect(row?.t).toBe('12:34:56');
  });

  test('move by no more than was said, and always move', async () => {
    const days = (await dates({ mask: 'date', days: 3 })).map(
      ({ v, m }) => (Date.parse(m) - Date.parse(v)) / 86_400_000,
    );
    expect(new Set(days)).toEqual(new Set([-3, -2, -1, 1, 2, 3]));
  });

  test('of a year keep it', async () => {
    for (const { v, m } of await dates({ mask: 'year' })) expect(m).toBe(`${v.slice(0, 4)}-01-01`);
  });
});
