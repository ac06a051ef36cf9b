/** Configuration: declarations and layers in, values out. Pure: no disk, no clock, no process. */
export { isTrue } from './check.ts';
export { closestVariable } from './closest-variable.ts';
export { declarationConflicts, parseDeclarations } from './declarations.ts';
export { dotenvLine, dotenvPreamble } from './dotenv-file.ts';
export { quoteForEnvFile, setInEnvFile, unsetInEnvFile } from './edit.ts';
export { parseEnvFile } from './env-file.ts';
export { masked, maskSecrets, shownOrigin, shownValue } from './mask.ts';
export { isOn, type Resolved, type ResolveInput, resolve } from './resolve.ts';
export { renderSample } from './sample.ts';
export { holdsCredentials, looksSecret } from './secret.ts';
export { expand, parseTemplate, referencedNames, TemplateError } from './template.ts';
export type { Assignment, Declaration, Layer, Origin, ResolvedVariable, Segment, Values } from './types.ts';
