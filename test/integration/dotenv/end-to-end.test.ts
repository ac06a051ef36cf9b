import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applyPlan } from '../../../src/apply/index.ts';
import { setInEnvFile } from '../../../src/configuration/index.ts';
import { COMPOSES, compose } from '../../support/composes.ts';
import { writeFiles } from '../../support/folder.ts';
import { goodPlan, minimal } from '../../support/planning.ts';

const values: Readonly<Record<string, string>> = {
  JWT_ENCRYPTION: '$ ${X} $$ # " \' \\ trailing\\',
  COOG_GATEWAY_TOKEN: "p@ss:w/ord?#[]%+ é'",
  COOG_PASSPHRASE: 'line one\nline two\t$HOME `id` $(id)',
  CUSTOM_POSTGRES_PASSWORD: 'a$b\'c"d\\e%f@g:h/i j',
  CUSTOM_SFTP_PASSWORD: '~/# not a comment',
};

describe.each(COMPOSES)('values on their whole way, under Compose %s', (version) => {
  it('arrive in a container as they were set', async () => {
    const env = Object.entries(values).reduce((text, [name, value]) => setInEnvFile(text, name, value), minimal);
    const environment = Object.fromEntries(
      ['JWT_ENCRYPTION', 'COOG_GATEWAY_TOKEN', 'COOG_PASSPHRASE', 'POSTGRES_PASSWORD', 'SFTP_PASSWORD'].map((name) => [
        `GIVEN_${name}`,
        `\${${name}}`,
      ]),
    );
    const probe = { image: 'x', environment: { ...environment, GIVEN_URI: '${POSTGRESQL_CONNECTION_STRING}' } };
    // A model of its own: the one of the core is the business of other tests.
    const model = JSON.stringify({ version: '3.7', services: { probe } });
    const plan = await goodPlan({ 'env.custom': env });
    await applyPlan(plan, new Date(0));
    await writeFiles(plan.folder, { 'probe.yml': model });
    const output = await compose(version, plan.folder, '-f', 'probe.yml', '-p', 'coogtest', 'config');
    const { services } = parse(output) as { services: { probe: { environment: Record<string, string> } } };
    const found = (name: string) => services.probe.environment[`GIVEN_${name}`]?.replaceAll('$$', '$');
    for (const [name, value] of Object.entries(values)) expect(found(name.replace('CUSTOM_', '')), name).toBe(value);
    expect(decodeURIComponent(new URL(found('URI') ?? '').password)).toBe(values.CUSTOM_POSTGRES_PASSWORD);
    expect(await readFile(join(plan.folder, 'env.custom'), 'utf8')).toBe(env);
  });

  it('are read by the generated .env alone: the model of the whole project is valid', async () => {
    const env = Object.entries(values).reduce((text, [name, value]) => setInEnvFile(text, name, value), minimal);
    const plan = await goodPlan({ 'env.custom': env });
    await applyPlan(plan, new Date(0));
    const { services } = parse(await compose(version, plan.folder, 'config')) as {
      services: Record<string, { environment?: Record<string, string> }>;
    };
    expect(Object.keys(services).sort()).toEqual(plan.services.map((s) => s.name).sort());
    const received = Object.values(services).flatMap((s) => Object.values(s.environment ?? {}));
    expect(received.map((v) => String(v).replaceAll('$$', '$'))).toContain(values.JWT_ENCRYPTION);
  });
});
