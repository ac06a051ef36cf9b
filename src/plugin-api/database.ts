/** `@coog/cli/database`: how a plugin works on a project's databases, by the same ways and with the same promises as `db:*`. */
export * from '../database/index.ts';
