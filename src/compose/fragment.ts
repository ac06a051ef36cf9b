import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { ShippedFile } from '../extension/index.ts';
import type { Problem } from '../shared/problem.ts';
import { interpolationReferences } from './references.ts';
import type { Fragment, FragmentNotes, ServiceDefinition, UserComposeFile } from './types.ts';

const noteKeys = ['description', 'role', 'template', 'condition', 'bundled', 'urls', 'one-shot', 'health'];

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a shipped fragment. Everything that is wrong with it is a problem of its owner. */
export function parseFragment(file: ShippedFile): { fragment?: Fragment; problems: Problem[] } {
  const problem = (title: string, line = 1): Problem => ({
    code: 'FRAGMENT_INVALID',
    title: `${file.owner}: fragment ${file.name}: ${title}`,
    place: { file: file.path, line },
    next: `update ${file.owner}, or add --without-plugin ${file.owner}`,
  });
  const document = parseDocument(file.content);
  const [error] = document.errors;
  if (error) return { problems: [problem(error.message.split('\n')[0] ?? error.code, error.linePos?.[0].line)] };
  const model: unknown = document.toJSON();
  if (!isRecord(model)) return { problems: [problem('it is no compose file')] };
  const notes = isRecord(model['x-coog']) ? model['x-coog'] : {};
  const unknown = Object.keys(notes).find((key) => !noteKeys.includes(key));
  if (unknown) return { problems: [problem(`x-coog has no property "${unknown}"`)] };
  const services = Object.entries(isRecord(model.services) ? model.services : {});
  const [service] = services;
  if (services.length > 1 || (services.length === 0 && notes.role !== 'foundation'))
    return { problems: [problem(`it must define one service, it defines ${services.length}`)] };
  return {
    fragment: {
      name: file.name,
      owner: file.owner,
      path: file.path,
      notes: toNotes(notes),
      networks: isRecord(model.networks) ? model.networks : {},
      volumes: isRecord(model.volumes) ? model.volumes : {},
      ...(service ? { service: { name: service[0], definition: (service[1] ?? {}) as ServiceDefinition } } : {}),
    },
    problems: [],
  };
}

const toNotes = ({ 'one-shot': oneShot, health: _, ...notes }: Record<string, unknown>): FragmentNotes => ({
  ...(notes as FragmentNotes),
  ...(oneShot === true ? { oneShot } : {}),
});

/** A patch: a compose file that changes services of others. */
export function parsePatch(file: ShippedFile): {
  services: Record<string, ServiceDefinition>;
  /** A switch: the patch counts only while this variable is true. */
  condition?: string;
  problems: Problem[];
} {
  const document = parseDocument(file.content);
  const model: unknown = document.errors.length === 0 ? document.toJSON() : undefined;
  if (isRecord(model) && isRecord(model.services)) {
    const condition = isRecord(model['x-coog']) ? model['x-coog'].condition : undefined;
    const services = model.services as Record<string, ServiceDefinition>;
    return { services, problems: [], ...(typeof condition === 'string' ? { condition } : {}) };
  }
  const title = document.errors[0]?.message.split('\n')[0] ?? 'it has no services';
  return {
    services: {},
    problems: [
      {
        code: 'FRAGMENT_INVALID',
        title: `${file.owner}: patch ${file.name}: ${title}`,
        place: { file: file.path, line: 1 },
      },
    ],
  };
}

/** Reads a compose file of the user's. It is never rewritten; tags that only Compose knows (!reset, !override) may stand in it. */
export function parseUserFile(path: string, content: string): { file?: UserComposeFile; problems: Problem[] } {
  const counter = new LineCounter();
  const document = parseDocument(content, { lineCounter: counter, logLevel: 'silent' });
  const [error] = document.errors;
  if (error)
    return {
      problems: [
        {
          code: 'USER_FILE_INVALID',
          title: `this compose file cannot be read: ${error.message.split('\n')[0]}`,
          place: { file: path, line: error.linePos?.[0].line ?? 1, column: error.linePos?.[0].col ?? 1 },
          next: `correct ${path}, then: coog configure`,
        },
      ],
    };
  const node = isMap(document.contents) ? document.contents.get('services', true) : undefined;
  const items = isMap(node) ? node.items : [];
  const places = items.map(({ key }) => {
    const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
    return [String(key), { file: path, line: counter.linePos(offset).line }] as const;
  });
  const services = (isMap(node) ? node.toJSON() : {}) as Record<string, ServiceDefinition | null>;
  return {
    file: {
      path,
      services: Object.fromEntries(Object.entries(services).map(([name, definition]) => [name, definition ?? {}])),
      places: new Map(places),
      references: interpolationReferences(content, path),
    },
    problems: [],
  };
}
