export { type CloudRunTarget, createCloudRunTarget } from './cloud-run-target.ts';
export type { GoogleTokens } from './google-tokens.ts';
export type { CloudRunAddresses, CloudRunKnobs, CloudRunOptions } from './options.ts';
