import { describe, expect, test } from 'vitest';
import { parseDeclarations } from '../../../src/configuration/declarations.ts';
import { parseTemplate, referencedNames } from '../../../src/configuration/template.ts';
import { variableDeviations } from './deviations.ts';
import { b2cVariables, coreVariables, type Data, variableFacts, variables } from './shipped.ts';

const facts = Object.entries(variableFacts).flatMap(([group, names]) =>
  Object.entries(names).map(([name, fact]) => ({ group, name, fact })),
);

const asked = (name: string, fact: Data): Data => {
  const properties: Data = {
    set_by: fact.set_by ?? [],
    default: fact.default,
    required: fact.required ?? false,
    secret: fact.secret ?? false,
  };
  for (const [key, deviation] of Object.entries(variableDeviations[name] ?? {})) properties[key] = deviation.value;
  return properties;
};

test('all 142 variables of the facts are there', () => expect(facts).toHaveLength(142));

describe.each(facts)('$name', ({ group, name, fact }) => {
  test('is declared as the facts say, where it belongs', () => {
    const declared = (group === 'b2c' ? b2cVariables : coreVariables)[name] ?? {};
    const found = {
      set_by: declared['set-by'] ?? [],
      default: declared.default,
      required: declared.required ?? false,
      secret: declared.secret ?? false,
    };
    expect(found).toEqual(asked(name, fact));
    expect(declared.new).toBeUndefined();
  });
});

test('no deviation is left over', () => {
  for (const { name, fact } of facts)
    for (const [key, deviation] of Object.entries(variableDeviations[name] ?? {}))
      expect((fact[key] ?? (key === 'set_by' ? [] : false)) as unknown, `${name} ${key}`).not.toEqual(deviation.value);
});

test('whatever the facts do not know is marked as new', () => {
  const known = new Set(facts.map((f) => f.name));
  expect(Object.keys(variables).filter((name) => !known.has(name) && !variables[name]?.new)).toEqual([]);
});

test('what a user may set besides the finals is read and not handed on', () => {
  for (const name of ['COOG_EXTRA_DATABASES', 'ENABLE_HOST_NETWORK_INTEGRATION'])
    expect(variables[name]).toMatchObject({ 'set-by': [name], internal: true });
});

test.each([
  ['core', coreVariables],
  ['b2c', b2cVariables],
])('the defaults of %s refer to variables that are there', (owner, own) => {
  const reachable = owner === 'core' ? coreVariables : variables;
  for (const [name, { default: text }] of Object.entries(own))
    for (const other of referencedNames(parseTemplate(text ?? '')))
      expect(Object.keys(reachable), `${name} refers to ${other}`).toContain(other);
});

test('the data folder is the only one under the project’s name', () => {
  expect(Object.keys(variables).filter((name) => variables[name]?.['append-project'])).toEqual(['FILESYSTEM_ROOT']);
});

test('the reader of declarations takes both files', async () => {
  const { readFile } = await import('node:fs/promises');
  for (const path of ['../../../defaults/variables.yml', '../../../plugins/b2c/variables.yml']) {
    const { declarations, problems } = parseDeclarations(
      await readFile(new URL(path, import.meta.url), 'utf8'),
      path,
      'core',
    );
    expect(problems).toEqual([]);
    expect(declarations.length).toBeGreaterThan(20);
  }
});
