import { bash } from './bash.ts';
import { fish } from './fish.ts';
import { zsh } from './zsh.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What a shell loads to complete `coog`. */
export const completionScript = (shell: Shell): string => ({ bash, zsh, fish })[shell];
