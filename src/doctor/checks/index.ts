import type { Check } from '../types.ts';
import { beforeStartChecks } from './before-start.ts';
import { certificateChecks } from './certificates.ts';
import { configurationChecks } from './configuration.ts';
import { databaseChecks } from './database.ts';
import { engineChecks } from './engine.ts';
import { fileChecks } from './files.ts';
import { imageChecks } from './images.ts';
import { knownErrorChecks } from './known-errors.ts';
import { logChecks } from './logs.ts';
import { resourceChecks } from './resources.ts';
import { secretChecks } from './secrets.ts';
import { serviceChecks } from './services.ts';

/** All checks of the core, in the order in which they are told. */
export const coreChecks: readonly Check[] = [
  ...engineChecks,
  ...resourceChecks,
  ...configurationChecks,
  ...fileChecks,
  ...secretChecks,
  ...beforeStartChecks,
  ...imageChecks,
  ...certificateChecks,
  ...serviceChecks,
  ...logChecks,
  ...knownErrorChecks,
  ...databaseChecks,
];
