import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { interpolationReferences } from '../../../src/compose/index.ts';
import { parseDeclarations } from '../../../src/configuration/index.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the fragments of the core name no variable that only a plugin declares', () => {
  const file = join(root, 'defaults/variables.yml');
  const declared = new Set(
    parseDeclarations(readFileSync(file, 'utf8'), file, '@coog/cli').declarations.map((d) => d.name),
  );
  const fragments = globSync('compose/**/*.yml', { cwd: root });
  const missing = fragments.flatMap((path) =>
    interpolationReferences(readFileSync(join(root, path), 'utf8'), path).filter(
      (r) => !r.optional && !declared.has(r.name),
    ),
  );
  expect(fragments.length).toBeGreaterThan(20);
  expect(missing).toEqual([]);
});
