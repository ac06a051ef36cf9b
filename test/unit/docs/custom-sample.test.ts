import { describe, expect, test } from 'vitest';
import { codes, errorsOf, generatedModel, goodPlan, planFiles } from '../../support/planning.ts';
import { filesBelow, read } from './repository.ts';

const samples = filesBelow('custom', /\.sample$/);
const active = (change: (path: string, text: string) => string = (_, text) => text): Record<string, string> =>
  Object.fromEntries(samples.map((path) => [path.replace(/\.sample$/, ''), change(path, read(path))]));

/** Names of an env file. */
const namesIn = (text: string): string[] => [...text.matchAll(/^([A-Za-z_]\w*)=/gm)].map(([, name = '']) => name);

describe('the sample of a custom folder', () => {
  test('changes nothing as it is', async () => {
    const inert = Object.fromEntries(['custom/README.md', ...samples].map((path) => [path, read(path)]));
    const plan = await goodPlan(inert);
    expect(plan.userFiles).toEqual([]);
    expect(plan.warnings).toEqual([]);
    expect(plan.services.map((s) => s.name)).toEqual((await goodPlan()).services.map((s) => s.name));
  });

  test('takes part without a problem when `.sample` is taken off', async () => {
    const plan = await goodPlan(active());
    expect(plan.warnings).toEqual([]);
    expect(plan.userFiles.map((f) => f.path)).toEqual(['custom/compose/custom/example.yml', 'custom/override.yml']);
    expect(Object.keys(plan.userServices)).toEqual(['jaeger']);
    expect(generatedModel(plan).services.coog?.env_file).toEqual(['custom/env/back.env']);
  });

  test('names only services that exist in disabled_services', async () => {
    const planned = await planFiles(
      active((path, text) => (path.includes('disabled') ? text.replace(/^#(?=[a-z0-9-]+\/\w)/gm, '') : text)),
    );
    // What changes a service that is left out says so; every name is known.
    expect(codes(errorsOf(planned))).not.toContain('DISABLED_SERVICE_UNKNOWN');
  });

  test('keeps every line of the back.env that coog makes itself', () => {
    expect(namesIn(read('custom/env/back.env.sample'))).toEqual(namesIn(read('defaults/env/back.env')));
  });
});
