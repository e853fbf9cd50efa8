export {
  type ChainedEntry,
  type Checkpoint,
  chainEntry,
  genesisOf,
  makeSigningKey,
  openSigningKey,
  type SigningKey,
  signingKeyOf,
  type Trail,
} from '../../../packages/sdk/src/audit/index.ts';
export { asEntry } from './as-entry.ts';
export { type AuditKeeper, createAuditKeeper } from './keeper.ts';
export type * from './ports.ts';
export { readCheckpoints } from './read-checkpoints.ts';
export { readPostedRecords } from './read-posted-records.ts';
export { OWN_TRAIL, trailNameOf } from './trail-name.ts';
export { knownTrails, notExcludedInWords, type TrailVerdict, verifyTrail } from './verify-trail.ts';
