/** Upgrades: a project brought to another version, step by step, with a way on and a way back from each. */
export { type Proposal, proposeUpgrade, type UpgradeWish } from './propose.ts';
export { type RollbackOptions, type RolledBack, rollBackUpgrade } from './rollback.ts';
export { intentOf, resumeUpgrade, type Upgraded, type UpgradeOptions, upgrade } from './upgrade.ts';
