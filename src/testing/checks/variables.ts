import { looksSecret, parseTemplate, type Segment } from '../../configuration/index.ts';
import type { Look } from '../look.ts';
import { shown } from './extension.ts';

/** Made of other variables alone: nothing of it is published with the plugin. What `:+` puts beside a value is no secret. */
const isComputed = (segments: readonly Segment[]): boolean =>
  segments.every((s) => !('text' in s) && (s.operator?.endsWith('+') === true || isComputed(s.operand ?? [])));

export const variableChecks = {
  'its variables are valid': async (look: Look) =>
    (await look.shipped()).problems.filter((p) => p.code === 'DECLARATIONS_INVALID').map(shown),

  'its variables are described': async (look: Look) =>
    (await look.shipped()).declarations
      .filter((d) => !/\w+ +\w+/.test(d.description))
      .map((d) => `${d.name}: "${d.description}" does not say what it is good for`),

  'its secrets are declared as secrets': async (look: Look) =>
    (await look.shipped()).declarations
      .filter((d) => !d.secret && looksSecret(d.name))
      .map((d) => `${d.name} has the name of a secret; declare secret: true, or choose another name`),

  'its secrets have no default of their own': async (look: Look) =>
    (await look.shipped()).declarations
      .filter((d) => d.secret && !isComputed(parseTemplate(d.default ?? '')))
      .map((d) => `${d.name}: a secret that is published is none`),
};
