import { beforeAll, describe, expect, test } from 'vitest';
import { testServer } from '../long/server/setup.ts';
import { anonymise, copyDatabase, dropDatabase, populate } from '../support/anonymize/world.ts';

/** COOG_ANONYMIZE_RUNS asks for more, COOG_ANONYMIZE_PARTIES for larger ones. */
const RUNS = Number(process.env.COOG_ANONYMIZE_RUNS || 20);
const PARTIES = Number(process.env.COOG_ANONYMIZE_PARTIES || 400);

const t = testServer();

describe('a database that is anonymised by the rules', () => {
  beforeAll(() => populate(t.server, 'real', PARTIES));

  test.each(Array.from({ length: RUNS }, (_, run) => run + 1))(
    'raises no false alarm, whatever the key (run %i)',
    async () => {
      await copyDatabase(t.server, 'real', 'copy');
      try {
        const done = await anonymise(t.server, 'copy');
        expect(done.hits).toEqual([]);
        expect(done.sampled).toBeGreaterThan(PARTIES);
      } finally {
        await dropDatabase(t.server, 'copy');
      }
    },
  );
});
