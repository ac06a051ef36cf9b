import { describe, expect, test } from 'vitest';
import { createProfile } from '../../../../plugins/anonymize/src/scan/profile.ts';
import { isCatalogue, sourcesOf } from '../../../../plugins/anonymize/src/scan/sources.ts';
import { createTally, type Found } from '../../../../plugins/anonymize/src/scan/tally.ts';

const tallyOf = (rows: readonly (Found | undefined)[], onlyDigits = false) => {
  const tally = createTally({ schema: 'public', table: 't', column: 'c' });
  for (const kind of rows) {
    tally.row(onlyDigits);
    if (kind) tally.found(kind, 'Lefèvre');
  }
  return tally.hits.map(({ kind, count, example }) => ({ kind, count, example }));
};
const some = (kind: Found, count: number, of: number): (Found | undefined)[] =>
  Array.from({ length: of }, (_, i) => (i < count ? kind : undefined));

describe('hits of a column', () => {
  test('are none of nothing', () => {
    expect(tallyOf([undefined, undefined])).toEqual([]);
  });

  test('are one for one real value, told without it', () => {
    expect(tallyOf(some('value', 1, 1000))).toEqual([{ kind: 'value', count: 1, example: 'L*****e' }]);
  });

  test('of words that also stand elsewhere are many or none', () => {
    expect(tallyOf(some('weak', 2, 10))).toEqual([]);
    expect(tallyOf(some('weak', 10, 1000))).toEqual([]);
    expect(tallyOf(some('weak', 30, 1000))).toMatchObject([{ kind: 'value', count: 30 }]);
  });

  test('of numbers that happen to be right are many or none', () => {
    expect(tallyOf(some('nir', 5, 1000), true)).toEqual([]);
    expect(tallyOf(some('nir', 1, 1000), false)).toHaveLength(1);
    expect(tallyOf(some('phone', 500, 1000), true)).toHaveLength(1);
    expect(tallyOf(some('iban', 1, 1000), true)).toHaveLength(1);
  });

  test('count rows, not finds', () => {
    const tally = createTally({ schema: 'public', table: 't', column: 'c' });
    tally.row(false);
    for (let i = 0; i < 3; i += 1) tally.found('email', 'a@b.fr');
    expect(tally.hits).toMatchObject([{ kind: 'email', count: 1 }]);
  });
});

describe('a column tells who somebody is', () => {
  const isTelling = (name: string, values: readonly string[]): boolean => {
    const profile = createProfile(name);
    for (const value of values) profile.see(value);
    return profile.isTelling();
  };
  const each = (count: number, of: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => of(i));

  test.each([
    ['name', each(100, (i) => `Dupont${i}`)],
    ['login', each(100, (i) => `abcd${'efghijklmn'[i % 10]}${'opqrstuvwx'[Math.floor(i / 10)]}`)],
    ['code', each(100, (i) => String((i * 61_803) % 99_991).padStart(9, '0'))],
    ['name', ['Dupont']],
    ['name', []],
  ])('when it is like %s', (name, values) => {
    expect(isTelling(name, values)).toBe(true);
  });

  test.each([
    ['state', each(100, (i) => ['draft', 'posted'][i % 2] as string)],
    ['code', each(100, (i) => String(i).padStart(8, '0'))],
    ['contract_number', each(100, (i) => `C${String(i * 3).padStart(10, '0')}`)],
    ['resource', each(100, (i) => `party.party,${i}`)],
    ['label', each(600, (i) => ['Décès', 'Incapacité'][i % 2] as string)],
    ['type', ['person']],
    ['code', ['00000001']],
  ])('but not when it is like %s', (name, values) => {
    expect(isTelling(name, values)).toBe(false);
  });
});

describe('tables about people', () => {
  const table = (name: string) => ({ schema: 'public', name, columns: [], dates: [], hasId: true, size: 0 });
  const link = (from: string, to: string) => ({ from, to, column: to });

  test('are those of people and what is linked to them, with its history', () => {
    const tables = ['party_party', 'party_party__history', 'contract', 'clause', 'product', 'ir_model', 'note'].map(
      table,
    );
    const links = [link('contract', 'party_party'), link('clause', 'contract'), link('contract', 'product')];
    expect([...sourcesOf(tables, links, new Set(['note']))].sort()).toEqual([
      ...['clause', 'contract', 'note', 'party_party', 'party_party__history'],
    ]);
  });

  test('are none that an organisation alone links', () => {
    const tables = ['party_party', 'insurer', 'product'].map(table);
    const links = [link('insurer', 'party_party'), link('product', 'insurer')];
    expect([...sourcesOf(tables, links, new Set())]).toEqual(['party_party']);
  });

  test.each(['ir_model', 'ir_model_field', 'ir_ui_view', 'ir_translation', 'country_subdivision', 'currency_currency'])(
    'are not lists like %s',
    (name) => {
      expect(isCatalogue({ schema: 'public', name })).toBe(true);
      expect(isCatalogue({ schema: 'aside', name })).toBe(false);
    },
  );

  test.each(['ir_model_log', 'ir_attachment', 'ir_ui_view_search', 'party_party', 'irrigation'])(
    '%s is no list',
    (name) => {
      expect(isCatalogue({ schema: 'public', name })).toBe(false);
    },
  );
});
