/** Compose files: read fragments, select and complete services, render the generated file. Pure. */
export { isRecord, parseFragment, parsePatch, parseUserFile } from './fragment.ts';
export { mergeDefinitions } from './merge.ts';
export { interpolationReferences, referencesIn } from './references.ts';
export { renderComposeFile } from './render.ts';
export { type SelectInput, type Selection, selectServices } from './select.ts';
export type * from './types.ts';
