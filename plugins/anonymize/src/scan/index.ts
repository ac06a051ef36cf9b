/** The leak scan. It knows nothing of the rules. */
export { sample } from './sample.ts';
export { scan } from './scan.ts';
export type * from './types.ts';
