import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Problem } from '../shared/problem.ts';
import { parseTemplate, TemplateError } from './template.ts';
import { type Declaration, type VariableType, variableTypes } from './types.ts';

export interface DeclarationFile {
  readonly declarations: readonly Declaration[];
  readonly problems: readonly Problem[];
}

const knownKeys = new Set([
  ...['description', 'type', 'set-by', 'default', 'required', 'secret', 'values', 'example'],
  ...['append-project', 'alternative', 'computed', 'internal', 'new'],
]);

const isName = (value: unknown): value is string => typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value);

/**
 * Reads a variables file (defaults/variables.yml has the format in its head).
 * @param owner the package it belongs to
 */
export function parseDeclarations(content: string, file: string, owner: string): DeclarationFile {
  const counter = new LineCounter();
  const document = parseDocument(content, { lineCounter: counter });
  const problems: Problem[] = document.errors.map((error) => ({
    code: 'DECLARATIONS_INVALID',
    title: error.message.split('\n')[0] ?? error.code,
    place: { file, line: error.linePos?.[0].line ?? 1 },
  }));
  const declarations: Declaration[] = [];
  const groups = document.errors.length === 0 ? document.get('groups') : undefined;
  if (!isMap(groups)) return { declarations, problems: problems.length > 0 ? problems : [noGroups(file)] };
  for (const group of groups.items) {
    const variables = isMap(group.value) ? group.value.get('variables') : undefined;
    for (const item of isMap(variables) ? variables.items : []) {
      const name = isScalar(item.key) ? item.key.value : undefined;
      const offset = isScalar(item.key) ? (item.key.range?.[0] ?? 0) : 0;
      const place = { file, line: counter.linePos(offset).line };
      const fields = isMap(item.value) ? (item.value.toJSON() as Record<string, unknown>) : {};
      const wrong = whatIsWrong(name, fields);
      if (wrong) problems.push({ code: 'DECLARATIONS_INVALID', title: `${String(name)}: ${wrong}`, place });
      else declarations.push(toDeclaration(name as string, String(group.key), fields, owner));
    }
  }
  return { declarations, problems };
}

const noGroups = (file: string): Problem => ({
  code: 'DECLARATIONS_INVALID',
  title: 'the file has no "groups"',
  place: { file, line: 1 },
});

function whatIsWrong(name: unknown, fields: Record<string, unknown>): string | undefined {
  if (!isName(name)) return 'a variable name is upper case letters, digits and underscores';
  const unknown = Object.keys(fields).find((key) => !knownKeys.has(key));
  if (unknown) return `"${unknown}" is not a property of a declaration`;
  if (typeof fields.description !== 'string') return 'it has no description';
  if (!variableTypes.includes((fields.type ?? 'string') as VariableType)) return `"${String(fields.type)}" is no type`;
  if (fields.type === 'enum' && !Array.isArray(fields.values)) return 'an enum needs "values"';
  const setBy = fields['set-by'] ?? [];
  if (!Array.isArray(setBy) || !setBy.every(isName)) return '"set-by" is a list of variable names';
  if (fields.default === undefined) return undefined;
  if (typeof fields.default !== 'string') return '"default" is text; put it in quotes';
  try {
    parseTemplate(fields.default);
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
  return undefined;
}

function toDeclaration(name: string, group: string, fields: Record<string, unknown>, owner: string): Declaration {
  return {
    name,
    group,
    owner,
    description: fields.description as string,
    type: (fields.type ?? 'string') as VariableType,
    setBy: (fields['set-by'] ?? []) as string[],
    required: fields.required === true,
    secret: fields.secret === true,
    appendProject: fields['append-project'] === true,
    internal: fields.internal === true,
    ...(fields.default === undefined ? {} : { default: fields.default as string }),
    ...(fields.values === undefined ? {} : { values: (fields.values as unknown[]).map(String) }),
    ...(fields.example === undefined ? {} : { example: String(fields.example) }),
    ...(fields.alternative === undefined ? {} : { alternative: String(fields.alternative) }),
    ...(fields.computed === undefined ? {} : { computed: String(fields.computed) }),
  };
}

/** Two owners may not declare one variable, nor let users set it by one name. */
export function declarationConflicts(declarations: readonly Declaration[]): Problem[] {
  const owners = new Map<string, Declaration>();
  const problems: Problem[] = [];
  for (const declaration of declarations) {
    for (const name of new Set([declaration.name, ...declaration.setBy])) {
      const other = owners.get(name);
      owners.set(name, other ?? declaration);
      if (!other || other === declaration) continue;
      problems.push({
        code: 'VARIABLE_CONFLICT',
        title: `${declaration.owner} and ${other.owner} both declare the variable ${name}`,
        next: `coog plugins:uninstall ${declaration.owner}`,
      });
    }
  }
  return problems;
}
