import { isRecord } from './read-yaml.ts';
import type { FragmentNotes } from './types.ts';

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isVariable = (value: unknown): boolean => typeof value === 'string' && /^[A-Z][A-Z0-9_]*$/.test(value);

/** The properties of `x-coog`. */
const shapes: Record<string, { fits: (value: unknown) => boolean; means: string }> = {
  description: { fits: isText, means: 'text' },
  health: { fits: isText, means: 'text' },
  role: { fits: (v) => v === 'template' || v === 'foundation', means: '"template" or "foundation"' },
  template: { fits: isText, means: 'the name of a fragment' },
  condition: { fits: isVariable, means: 'the name of a variable' },
  'only-with': { fits: isText, means: 'the name of a fragment' },
  bundled: { fits: isVariable, means: 'the name of a variable' },
  urls: { fits: (v) => Array.isArray(v) && v.every(isText), means: 'a list of texts' },
  'one-shot': { fits: (v) => typeof v === 'boolean', means: 'true or false' },
};

/** What only coog needs of a compose file; a text says what is wrong with it. */
export function readNotes(model: Readonly<Record<string, unknown>>): FragmentNotes | string {
  const notes = model['x-coog'] ?? {};
  if (!isRecord(notes)) return 'x-coog must be a map';
  for (const [key, value] of Object.entries(notes)) {
    const shape = shapes[key];
    if (!shape) return `x-coog has no property "${key}"`;
    if (!shape.fits(value)) return `"${key}" of x-coog must be ${shape.means}`;
  }
  const { 'one-shot': oneShot, 'only-with': onlyWith, health: _, ...rest } = notes;
  return {
    ...(rest as FragmentNotes),
    ...(oneShot === true ? { oneShot } : {}),
    ...(typeof onlyWith === 'string' ? { onlyWith } : {}),
  };
}
