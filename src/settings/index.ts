/** Settings: what `coog config` does: change, explain. */
export { type Change, type Changed, changeVariables, generateSecret } from './change.ts';
export { type Explanation, explainVariable, finalName } from './explain.ts';
export { previewVariables } from './preview.ts';
