/** Init: makes a new project, or adopts a folder of the shell scripts. */
export { type Adopted, adoptFolder } from './adopt.ts';
export { createProject, defaultAnswers, refuseExisting } from './create.ts';
export { generatedSecrets, projectNameFrom } from './env-custom.ts';
export { findFreeResources } from './resources.ts';
export type { Answers, FreeResources } from './types.ts';
