import type { ShippedFile } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import { readNotes } from './notes.ts';
import { isRecord, readYaml } from './read-yaml.ts';
import { interpolationReferences } from './references.ts';
import type { Fragment, Patch, ServiceDefinition } from './types.ts';

/** What a fragment may hold at its top; anything else would be lost without a word. */
const takenOver = /^(services|networks|volumes|version|x-.*)$/;

/** Reads a shipped fragment. Everything that is wrong with it is a problem of its owner. */
export function parseFragment(file: ShippedFile): { fragment?: Fragment; problems: Problem[] } {
  const wrong = (title: string, line?: number) => ({
    problems: [invalid(file, `fragment ${file.name}: ${title}`, line)],
  });
  const { model, error } = readYaml(file.content);
  if (error) return wrong(error.message, error.line);
  if (!isRecord(model)) return wrong('it is no compose file');
  const lost = Object.keys(model).find((key) => !takenOver.test(key));
  if (lost !== undefined) return wrong(`"${lost}" is not taken over from a fragment`);
  const notes = readNotes(model);
  if (typeof notes === 'string') return wrong(notes);
  const services = Object.entries(isRecord(model.services) ? model.services : {});
  const expected = notes.role === 'foundation' ? 0 : 1;
  if (services.length !== expected)
    return wrong(`it must define ${expected === 1 ? 'one service' : 'no service'}, it defines ${services.length}`);
  const [service] = services;
  if (service && !isRecord(service[1])) return wrong(`the service ${service[0]} must be a map`);
  return {
    fragment: {
      name: file.name,
      owner: file.owner,
      path: file.path,
      notes,
      networks: isRecord(model.networks) ? model.networks : {},
      volumes: isRecord(model.volumes) ? model.volumes : {},
      references: interpolationReferences(file.content, file.path),
      ...(service ? { service: { name: service[0], definition: service[1] as ServiceDefinition } } : {}),
    },
    problems: [],
  };
}

/** A patch: a compose file that changes services of others. */
export function parsePatch(file: ShippedFile): { patch?: Patch; problems: Problem[] } {
  const wrong = (title: string, line?: number) => ({ problems: [invalid(file, `patch ${file.name}: ${title}`, line)] });
  const { model, error } = readYaml(file.content);
  if (error) return wrong(error.message, error.line);
  if (!isRecord(model) || !isRecord(model.services)) return wrong('it has no services');
  const notes = readNotes(model);
  if (typeof notes === 'string') return wrong(notes);
  const broken = Object.entries(model.services).find(([, definition]) => !isRecord(definition));
  if (broken) return wrong(`the service ${broken[0]} must be a map`);
  return {
    patch: {
      owner: file.owner,
      path: file.path,
      services: model.services as Record<string, ServiceDefinition>,
      references: interpolationReferences(file.content, file.path),
      ...(notes.condition === undefined ? {} : { condition: notes.condition }),
    },
    problems: [],
  };
}

const invalid = (file: ShippedFile, title: string, line = 1): Problem => ({
  code: 'FRAGMENT_INVALID',
  title: `${file.owner}: ${title}`,
  place: { file: file.path, line },
  next: `update ${file.owner}, or add --without-plugin ${file.owner}`,
});
