/** The doctor: looks at everything that is known to go wrong, tells it with its cure, and mends what is safe to mend. */
export { coreChecks } from './checks/index.ts';
export { type Diagnosis, type DoctorOptions, diagnose } from './diagnose.ts';
export type { Check, CheckReport, Finding, Severity, Status } from './types.ts';
