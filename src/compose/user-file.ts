import { isMap, isScalar } from 'yaml';
import type { Problem } from '../shared/problem.ts';
import { isRecord, readYaml, type YamlRead } from './read-yaml.ts';
import { handedOn, interpolationReferences } from './references.ts';
import type { ServiceDefinition, UserComposeFile } from './types.ts';

/** Reads a compose file of the user's. It is never rewritten. One without content is left to nobody: Compose 1.29.2 refuses it. */
export function parseUserFile(path: string, content: string): { file?: UserComposeFile; problems: Problem[] } {
  const wrong = (title: string, line: number, column?: number) => ({
    problems: [
      {
        code: 'USER_FILE_INVALID',
        title: `this compose file cannot be read: ${title}`,
        place: { file: path, line, ...(column === undefined ? {} : { column }) },
        next: `correct ${path}, then: coog configure`,
      },
    ],
  });
  const yaml = readYaml(content);
  if (yaml.error) return wrong(yaml.error.message, yaml.error.line, yaml.error.column);
  const { model } = yaml;
  if (model === null || model === undefined) return { problems: [] };
  if (!isRecord(model)) return wrong('it is no map', 1);
  const places = new Map(servicePlaces(yaml).map(({ name, line }) => [name, { file: path, line }] as const));
  const given = model.services === undefined ? {} : model.services;
  if (!isRecord(given)) return wrong('"services" must be a map', lineOfServices(yaml));
  for (const [name, definition] of Object.entries(given))
    if (definition !== null && !isRecord(definition))
      return wrong(`the service ${name} must be a map`, places.get(name)?.line ?? 1);
  const services = Object.fromEntries(
    Object.entries(given).map(([name, definition]) => [name, (definition ?? {}) as ServiceDefinition]),
  );
  const references = [...interpolationReferences(content, path), ...handedOn(services, places, path)];
  return { file: { path, services, places, references }, problems: [] };
}

function servicePlaces({ document, lineAt }: YamlRead): { name: string; line: number }[] {
  const node = isMap(document.contents) ? document.contents.get('services', true) : undefined;
  return (isMap(node) ? node.items : []).map(({ key }) => ({
    name: String(key),
    line: lineAt(isScalar(key) ? (key.range?.[0] ?? 0) : 0),
  }));
}

function lineOfServices({ document, lineAt }: YamlRead): number {
  const pair = isMap(document.contents)
    ? document.contents.items.find(({ key }) => String(key) === 'services')
    : undefined;
  return lineAt(isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0);
}
