import { describe, expect, test } from 'vitest';
import type { Given } from '../../../plugins/anonymize/src/masks/given.ts';
import { masks } from '../../../plugins/anonymize/src/masks/masks.ts';
import type { MaskRule } from '../../../plugins/anonymize/src/rules/types.ts';
import { masking } from './masked.ts';

const it = masking();
const { masked } = it;

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
    await it.connection.query('SET debug_parallel_query = on');
    try {
      const made = await masked('json', ['["Jean Dupont"]'], 'a key that made no numbers yet');
      expect(JSON.parse(made[0] ?? '')).not.toEqual(expected);
    } finally {
      await it.connection.query('RESET debug_parallel_query');
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
    await it.giveKey('k');
    return it.connection.query<{ v: string; m: string }>(
      `SELECT v::text, ((${masks[rule.mask].expression('v', rule, given)})::date)::text AS m
         FROM (SELECT date '${first}' + i AS v FROM generate_series(1, 500) i) x`,
    );
  };

  test.each(['1899-06-01', '1985-05-07', '2049-06-01'])('of many are moved as one by one, from %s', async (first) => {
    const rule: MaskRule = { mask: 'date', days: 90 };
    expect(await dates(rule, first, { type: 'date', many: true })).toEqual(await dates(rule, first));
  });

  test('that never come stay', async () => {
    for (const many of [true, false]) {
      const expression = masks.date.expression('v', { mask: 'date' }, { type: 'date', many });
      const rows = await it.connection.query<{ t: string }>(
        `SELECT (${expression})::text AS t FROM unnest(ARRAY['infinity', '-infinity']::date[]) v`,
      );
      expect(rows).toEqual([{ t: 'infinity' }, { t: '-infinity' }]);
    }
  });

  test('with a time keep it', async () => {
    const expression = masks.date.expression('v', { mask: 'date' }, { type: 'timestamp', many: true });
    const [row] = await it.connection.query<{ t: string }>(
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
