import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, namedFacts } from './advice.ts';
import { degradedErrors, degradedWarnings } from './degraded.ts';
import { investigate } from './investigate.ts';
import { memory } from './memory.ts';
import { mostCommonError } from './most-common-error.ts';
import { noAction } from './no-action.ts';
import { rollback } from './rollback.ts';
import { slowEndpoints } from './slow-endpoints.ts';
import { worstEndpoint } from './worst-endpoint.ts';

type Kind = (advice: Advice) => Recommendation | null;

/** What to do, by status, in this order. Each kind says itself whether it applies. */
const KINDS: Record<Advice['status'], readonly Kind[]> = {
  CRITICAL: [investigate, memory, rollback, mostCommonError, worstEndpoint],
  DEGRADED: [degradedErrors, degradedWarnings, memory, slowEndpoints],
  OK: [noAction],
};

/**
 * The recommendations of a report. Their wording is fixed, their commands come from the configuration; of an event only counts
 * and checked names enter.
 */
export function recommendations(advice: Advice): Recommendation[] {
  return KINDS[advice.status]
    .map((kind) => kind(advice))
    .filter((recommendation) => recommendation !== null)
    .map(namedFacts);
}
