/** Compose files: read fragments, select and complete services, render the generated file. Pure. */
export { parseFragment, parsePatch } from './fragment.ts';
export { mergeDefinitions } from './merge.ts';
export { isRecord, readYaml } from './read-yaml.ts';
export { interpolationReferences, referencesIn } from './references.ts';
export { renderComposeFile } from './render.ts';
export { isWhole, type SelectInput, type Selection, selectServices } from './select.ts';
export type * from './types.ts';
export { parseUserFile } from './user-file.ts';
export { waitsOf } from './waits.ts';
