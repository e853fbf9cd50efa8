export { failingFrame, type OriginOf, originLookup, rootCauseOf } from './application-frame.ts';
export { endpointOf } from './endpoint.ts';
export type * from './incident.ts';
export type * from './issue.ts';
export { DEFAULT_UNDERSTANDING_LIMITS, type UnderstandingLimits } from './limits.ts';
export { observedRequest } from './observed-request.ts';
export type * from './ports.ts';
export { createUnderstanding, type UnderstandingAccumulator, type UnderstandingOptions } from './understand.ts';
export type * from './understanding.ts';
