import { readFileSync } from 'node:fs';
import {
  type Declaration,
  type Layer,
  parseDeclarations,
  parseEnvFile,
  type Resolved,
  resolve,
} from '../../src/configuration/index.ts';

/** Reads declarations written as YAML flow maps: `A: {set-by: [A], default: x}`. */
export function declare(...variables: string[]): readonly Declaration[] {
  const lines = variables.map((variable) => `      ${variable.replace('{', '{description: d, ')}`);
  const { declarations, problems } = parseDeclarations(
    ['groups:', '  all:', '    variables:', ...lines].join('\n'),
    'variables.yml',
    '@coog/cli',
  );
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return declarations;
}

/** The declarations of the core, as shipped. */
export function coreDeclarations(): readonly Declaration[] {
  const file = new URL('../../defaults/variables.yml', import.meta.url);
  const { declarations, problems } = parseDeclarations(readFileSync(file, 'utf8'), 'variables.yml', '@coog/cli');
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return declarations;
}

export interface Given {
  readonly plugin?: Readonly<Record<string, string>>;
  readonly process?: Readonly<Record<string, string>>;
  /** The text of custom/env.custom. */
  readonly custom?: string;
  /** The text of env.custom. */
  readonly env?: string;
  readonly usedByUser?: readonly string[];
  readonly elsewhere?: Readonly<Record<string, string>>;
}

const given = (kind: 'plugin' | 'environment', label: string, values: Readonly<Record<string, string>>): Layer => ({
  kind,
  label,
  assignments: Object.entries(values).map(([name, text]) => ({ name, segments: [{ text }], place: { file: label } })),
});

const file = (label: string, content: string): Layer => {
  const { entries, problems } = parseEnvFile(content, label);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return { kind: 'file', label, assignments: entries };
};

/** Resolves as a plan does: plugin < process environment (settable names) < custom/env.custom < env.custom. */
export function resolved(declarations: readonly Declaration[], from: Given): Resolved {
  const settable = new Set(declarations.flatMap((d) => d.setBy));
  const exported = Object.entries(from.process ?? {}).filter(([name]) => settable.has(name));
  return resolve({
    declarations,
    layers: [
      given('plugin', '@coog/plugin-x', from.plugin ?? {}),
      given('environment', 'process environment', Object.fromEntries(exported)),
      file('custom/env.custom', from.custom ?? ''),
      file('env.custom', from.env ?? ''),
    ],
    environment: from.process ?? {},
    usedByUser: new Set(from.usedByUser),
    elsewhere: new Map(Object.entries(from.elsewhere ?? {})),
  });
}

export const finalOf = (result: Resolved, name: string): string | undefined => result.values.get(name)?.value;

export const codes = (result: Resolved): string[] => result.problems.map((p) => p.code);
