import type { Recommendation } from '../../../contracts/report.ts';
import { endpointOf } from '../../issues/index.ts';
import { type Advice, recommend, unique } from './advice.ts';

/** The endpoints that answered too slowly, slowest first. Null when none did. */
export function slowEndpoints(advice: Advice): Recommendation | null {
  const { latency, latencyCount } = advice.understanding;
  const slowest = latency[0];
  if (latencyCount === 0 || slowest === undefined) return null;
  const say = advice.messages.recommendations.slowEndpoints;
  return recommend(advice, [], {
    priority: 'LOW',
    action: say.action,
    details: say.details(latencyCount, Math.round(slowest.durationMs)),
    affected_endpoints: unique(latency.map(({ event }) => endpointOf(event))).slice(0, 5),
    suggested_investigation: say.steps,
  });
}
