/**
 * `@coog/cli/command`: what the commands of a plugin are made of. oclif's own classes come with it, so that a plugin brings no
 * second copy.
 */
export { Args, Flags, type Interfaces } from '@oclif/core';
export { askPassword } from '../cli/ask-password.ts';
export { CoogCommand, type ProjectFlags } from '../cli/base-command.ts';
export { confirm } from '../cli/confirm.ts';
export { DatabaseCommand, type DatabaseFlags } from '../cli/database-command.ts';
export { formatTable } from '../cli/table.ts';
export type { OperationContext, RunningContext } from '../operations/index.ts';
export { type Plan, planDeclarations } from '../plan/index.ts';
export { changeVariables } from '../settings/index.ts';
export { ExitCode, type Problem, ProblemError, throwErrors } from '../shared/problem.ts';
export { formatAge, formatBytes, formatDuration } from '../shared/units.ts';
