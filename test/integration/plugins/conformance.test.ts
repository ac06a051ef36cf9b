import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { conformance } from '../../../src/plugin-api/testing.ts';
import { repository } from '../../support/plugins.ts';

const folder = join(repository, 'plugins');

/** Every plugin of the repository, a new one too. */
describe.each(readdirSync(folder))('plugins/%s', (name) => {
  for (const check of conformance({ root: join(folder, name) })) test(check.name, check.run);
});
