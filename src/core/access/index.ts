export { type ApiKeys, createApiKeys } from './api-keys.ts';
export { createProject } from './create-project.ts';
export { createIngestKeys, type IngestKeys } from './ingest-keys.ts';
export type * from './ports.ts';
export { createRateLimit, type RateLimit } from './rate-limit.ts';
export { mayDo, type Role, roleOfScope, scopeOfRole, toRole } from './roles.ts';
export { isSameSecret, randomSecret } from './secrets.ts';
export { createSetupLink, type SetupLink } from './setup-link.ts';
export { type BucketSize, createTokenBuckets, type TokenBuckets } from './token-buckets.ts';
