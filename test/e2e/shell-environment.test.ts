import { describe, expect, test } from 'vitest';
import { ids, summary } from '../support/e2e/containers.ts';
import { givenProjectOf, sleeper } from '../support/e2e/light.ts';
import { COMPOSES } from '../support/e2e/machine.ts';
import { thenItSucceeded } from '../support/e2e/outcome.ts';

/** What an administrator's shell may have exported for something else. */
const exported = {
  POSTGRES_PASSWORD: 'from-the-shell',
  COOG_LOG_LEVEL_OF_MINE: 'from-the-shell',
  COMPOSE_FILE: '/nonexistent/other.yml',
  COMPOSE_PROJECT_NAME: 'coogtest-somebody-else',
  COMPOSE_PROFILES: 'debug',
  COMPOSE_ENV_FILES: '/nonexistent/.env',
  COMPOSE_PATH_SEPARATOR: ';',
  PWD: '/nonexistent',
};

describe.each(COMPOSES)('with Compose %s', (compose) => {
  test('variables that the shell has exported reach neither containers nor Compose', async () => {
    const back = sleeper({
      environment: { PASSWORD: '${POSTGRES_PASSWORD}', LEVEL: '${COOG_LOG_LEVEL_OF_MINE:-ours}' },
    });
    const debug = sleeper({ profiles: ['debug'] });
    const project = await givenProjectOf({ back, debug }, { compose });
    thenItSucceeded(await project.coog('up', '-d'));
    const before = await project.containers();

    thenItSucceeded(await project.with(exported).coog('up', '-d'));

    const after = await project.containers();
    expect(ids(after)).toEqual(ids(before));
    expect(summary(after)).toEqual(['back running']);
    expect(after[0]?.environment).toMatchObject({ PASSWORD: 'pg', LEVEL: 'ours' });
    thenItSucceeded(await project.with(exported).coog('down'));
    expect(await project.containers()).toEqual([]);
  });
});
