export type * from './checks/check.ts';
export * from './deployment.ts';
export { DEFAULT_DEPLOY_KNOBS, type DeployKnobs } from './knobs.ts';
export { applyChange, refuseUnnamedRemovals, settingsDifference } from './plan-settings.ts';
export type * from './ports.ts';
export { createSettingHash, type SettingHash } from './setting-hash.ts';
export type * from './settings.ts';
