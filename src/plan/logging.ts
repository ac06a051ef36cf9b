import { isMap, isPair, parseDocument, visit } from 'yaml';
import { isRecord, type ServiceDefinition } from '../compose/index.ts';
import type { ResolvedVariable } from '../configuration/index.ts';
import type { Problem } from '../shared/problem.ts';

/**
 * The `logging` part of every service. A template is a compose file with the settings under `x-logging`, by the anchor
 * `default-logging` (the structure of the scripts).
 */
export function loggingFrom(
  content: string,
  place: { file: string; line?: number },
): { logging?: ServiceDefinition; problems: Problem[] } {
  const document = parseDocument(content);
  let found: unknown;
  visit(document, {
    Map: (_, node) => {
      if (node.anchor !== 'default-logging') return undefined;
      found = node.toJSON();
      return visit.BREAK;
    },
  });
  if (!isRecord(found) && isMap(document.contents)) {
    const section = document.contents.items.find((item) => isPair(item) && String(item.key) === 'x-logging')?.value;
    const model: unknown = isMap(section) ? section.toJSON() : undefined;
    found = isRecord(model) && isRecord(model['default-logging']) ? model['default-logging'] : model;
  }
  if (isRecord(found) && typeof found.driver === 'string') return { logging: found, problems: [] };
  return {
    problems: [
      {
        code: 'LOGGING_TEMPLATE_INVALID',
        title: 'the logging template has no "x-logging: &default-logging" with a driver',
        place,
        next: 'coog config:set LOGGING_CONFIGURATION_TEMPLATE default',
      },
    ],
  };
}

export const loggingTemplateMissing = (variable: ResolvedVariable): Problem => ({
  code: 'LOGGING_TEMPLATE_MISSING',
  title: `LOGGING_CONFIGURATION_TEMPLATE names a file that is not there: ${variable.value}`,
  ...(variable.origin.place ? { place: variable.origin.place } : {}),
  next: 'coog config:set LOGGING_CONFIGURATION_TEMPLATE default',
});
