import { visit } from 'yaml';
import { isRecord, readYaml, type ServiceDefinition } from '../compose/index.ts';
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
  const { document, model, error } = readYaml(content);
  let found: unknown;
  if (!error)
    visit(document, {
      Map: (_, node) => {
        if (node.anchor !== 'default-logging') return undefined;
        found = node.toJS(document);
        return visit.BREAK;
      },
    });
  if (found === undefined && isRecord(model)) {
    const section = model['x-logging'];
    found = isRecord(section) && isRecord(section['default-logging']) ? section['default-logging'] : section;
  }
  if (isRecord(found) && typeof found.driver === 'string') return { logging: found, problems: [] };
  return {
    problems: [
      {
        code: 'LOGGING_TEMPLATE_INVALID',
        title: error
          ? `the logging template cannot be read: ${error.message}`
          : 'the logging template has no "x-logging: &default-logging" with a driver',
        place: error ? { ...place, line: error.line } : place,
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
