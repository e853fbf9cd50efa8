import type { Recommendation } from '../../../contracts/report.ts';
import { type Advice, recommend } from './advice.ts';

/** What an OK report says: that nothing is to be done now, and what is listed all the same. */
export function noAction(advice: Advice): Recommendation {
  const say = advice.messages.recommendations.noAction;
  const { entries, errorIncidents, warningIncidents } = advice.understanding;
  const details =
    entries === 0
      ? say.noEntries
      : errorIncidents + warningIncidents === 0
        ? say.quiet
        : say.listed(errorIncidents, warningIncidents);
  return recommend(advice, [], { priority: 'LOW', action: say.action, details });
}
