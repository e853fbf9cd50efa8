export { DEFAULT_CULPRIT_LIMITS, rankCulprits } from './culprits/rank-culprits.ts';
export { type DocumentPair, type Undocumented, undocumentedCommits } from './documents/undocumented.ts';
export * from './fixability/fixability.ts';
export { DEFAULT_EVIDENCE_LIMITS, type GatherEvidenceOptions, gatherEvidence } from './gather-evidence.ts';
export type * from './issue-evidence.ts';
export type * from './ports.ts';
